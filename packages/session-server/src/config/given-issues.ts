import type { ConfigIssue } from './config-error.ts';
import { textOf } from './place.ts';

/** An error of another package may be a page long. */
const LONGEST_MESSAGE = 300;

/**
 * What a connector or a store says is wrong with its options, at its place in the configuration. Both may be another
 * package's, and no compiler may have seen it: what is not of the agreed shape is a mistake of that package, and said.
 * @param read gives the list; what it throws is such a mistake too
 */
export function givenIssues(place: readonly PropertyKey[], read: () => unknown): readonly ConfigIssue[] {
  const broken = (what: string): readonly ConfigIssue[] => [
    { path: textOf(place), message: `does not keep to its contract, ${what}: tell the author of its package` },
  ];
  let given: unknown;
  try {
    given = read();
  } catch {
    return broken('because it fails when it is asked for its mistakes');
  }
  if (given === undefined) return [];
  if (!Array.isArray(given)) return broken('because its issues are no list');
  const issues = given.filter(isIssue);
  return [
    ...issues.map(({ path, message }) => ({
      path: textOf([...place, ...partsOf(path)]),
      message: message.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE),
    })),
    ...(issues.length < given.length ? broken('because one of its issues has no path or no message') : []),
  ];
}

function isIssue(value: unknown): value is { readonly path: string; readonly message: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { path, message } = value as { readonly path?: unknown; readonly message?: unknown };
  return typeof path === 'string' && typeof message === 'string' && message.trim() !== '';
}

/** `issuers.0.issuer` */
function partsOf(path: string): readonly (string | number)[] {
  return path
    .replaceAll(/\s/g, '')
    .split('.')
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
