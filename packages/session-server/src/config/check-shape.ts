import { z } from 'zod';
import { nearestOf, newNameOf } from './new-names.ts';
import { wording } from './wording.ts';

export interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/**
 * Checks settings against a schema. A failure has every mistake, each at its setting; values are never repeated.
 * @param written what the operator wrote, where `input` has defaults in it as well
 */
export function checkShape<T>(schema: z.ZodType<T>, input: unknown, written: unknown = input): Checked<T> {
  // zod drops the schema of an issue when it has worded it.
  const known = new Map<string, readonly string[]>();
  const result = schema.safeParse(input, {
    error(issue) {
      if (issue.code === 'unrecognized_keys') known.set(keyOf(issue.path ?? []), namesIn(issue.inst));
      return wording(issue);
    },
  });
  if (result.success) return { ok: true, value: result.data };
  const renamed = new Set<string>();
  const mistakes = result.error.issues.flatMap(flatten).flatMap((issue): Mistake[] => {
    if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
    return issue.keys.map((key) => {
      const names = known.get(keyOf(issue.path)) ?? [];
      const name = newNameOf(key, names);
      if (name === null) {
        const near = nearestOf(key, names);
        if (near === null) return { path: [...issue.path, key], message: 'is not a known setting: take it out' };
        renamed.add(keyOf([...issue.path, near]));
        return { path: [...issue.path, key], message: `is not a known setting: did you mean \`${near}\`?` };
      }
      renamed.add(keyOf([...issue.path, name]));
      // Only camelCase is new: a client's members were always spelled as RFC 7591 has them.
      return { path: [...issue.path, key], message: `is ${name.includes('_') ? 'spelled' : 'now'} \`${name}\`` };
    });
  });
  return {
    ok: false,
    mistakes: mistakes
      .filter(({ path, message }) => !(renamed.has(keyOf(path)) && MISSING.test(message)))
      .map(({ path, message }) => ({ path, message: isUnset(written, path) ? unsetWording(message) : message })),
  };
}

const MISSING = /^is missing(?:: (.*))?$/;

/** A key that was written and has no value is mostly an environment variable that is not set. */
function unsetWording(message: string): string {
  const [whole, detail] = MISSING.exec(message) ?? [];
  if (whole === undefined) return message;
  // What to write was written.
  const reason = detail === undefined || detail.startsWith('write ') ? '' : ` (${detail})`;
  return `is not set: is the environment variable set?${reason}`;
}

function isUnset(written: unknown, path: readonly PropertyKey[]): boolean {
  let value = written;
  for (const [depth, name] of path.entries()) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
    value = (value as Record<PropertyKey, unknown>)[name];
    if (value === undefined) return depth === path.length - 1;
  }
  return false;
}

const keyOf = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String));

const namesIn = (schema: unknown): readonly string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

/** A union's failure says no more than "invalid input"; the branch of the right type says what is wrong. */
function flatten(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const fitting = issue.errors.find(
    (branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return (fitting ?? issue.errors[0] ?? []).flatMap((inner) =>
    flatten({ ...inner, path: [...issue.path, ...inner.path] }),
  );
}
