import type { z } from 'zod';

/** Says what to write where a schema itself does not; for zod's `error` option. */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'must be a whole number';
  if (issue.code === 'invalid_type') return `must be ${/^[aio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  if (issue.code === 'too_big')
    return issue.origin === 'number' || issue.origin === 'int'
      ? `must be at most ${issue.maximum}`
      : `is longer than ${issue.maximum}`;
  if (issue.code === 'too_small')
    return issue.origin === 'number' || issue.origin === 'int'
      ? `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
      : Number(issue.minimum) === 1
        ? 'must not be empty'
        : `is shorter than ${issue.minimum}`;
  return undefined;
}
