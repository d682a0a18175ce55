import type { z } from 'zod';

/** Says what to write where a schema itself does not; for zod's `error` option. */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'is missing';
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

/** Every mistake that a check found, each at the setting that it is about. */
export function mistakesOf(error: z.ZodError): readonly Mistake[] {
  return error.issues.flatMap(flatten);
}

export interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A union's failure says no more than "invalid input"; the branch of the right type says what is wrong. */
function flatten(issue: z.core.$ZodIssue): Mistake[] {
  if (issue.code !== 'invalid_union') {
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not a known setting' }))
      : [{ path: issue.path, message: issue.message }];
  }
  const fitting = issue.errors.find(
    (branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return (fitting ?? issue.errors[0] ?? []).flatMap((inner) =>
    flatten({ ...inner, path: [...issue.path, ...inner.path] }),
  );
}
