import type { z } from 'zod';
import { SandboxError } from './errors.ts';

/**
 * Checks what came in against a schema.
 * @throws SandboxError `invalid_request`, naming every field that is wrong; values are never repeated.
 */
export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value ?? {}, { reportInput: true });
  if (result.success) return result.data;
  throw new SandboxError('invalid_request', result.error.issues.map(describeIssue).join('; '));
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path.length === 0 ? 'body' : issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const prefix = issue.path.length === 0 ? '' : `${field}.`;
    return issue.keys.map((key) => `${prefix}${key.slice(0, 40)}: unknown field`).join('; ');
  }
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? `${field}: required` : `${field}: must be of type ${issue.expected}`;
  return `${field}: ${issue.message}`;
}
