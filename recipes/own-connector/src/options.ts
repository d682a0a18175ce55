import type { CheckedOptions } from '@beckon/session-server/connector';
import { z } from 'zod';

/** What an operator writes. An option that is undefined is an environment variable that is not set. */
export interface AcmeOptions {
  /** Part of `sub`: fixed once set. Default `acme`. */
  readonly id?: string | undefined;
  /** What people call the app, by language; `en` always. Default "Acme Approve". */
  readonly names?: (Readonly<Record<string, string>> & { readonly en: string }) | undefined;
  /** Where the app's API is: https, or http on a loopback host. No slash at the end. */
  readonly apiUrl: string | undefined;
  /** Who Beckon is there: the audience of every approval. */
  readonly clientId: string | undefined;
  readonly apiKey: string | undefined;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Credentials travel there: without TLS only to this machine itself. */
function isSafe(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || text.endsWith('/')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

const schema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and -')
    .default('acme'),
  names: z.intersection(z.object({ en: z.string().min(1) }), z.record(z.string(), z.string().min(1))).default({
    en: 'Acme Approve',
  }),
  apiUrl: z.string().refine(isSafe, 'must be an https URL without a slash at the end'),
  clientId: z.string().min(1).max(128),
  apiKey: z.string().min(16).max(1024),
});

export type Acme = z.output<typeof schema>;

/** Every mistake at once, each at the option that it is about. */
export function checkOptions(options: AcmeOptions): CheckedOptions<Acme> {
  const { success, data, error } = schema.safeParse(options);
  if (success) return { ok: true, options: data };
  const issues = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: key, message: 'is not a known setting: take it out' }))
      : [{ path: issue.path.join('.'), message: isMissing(options, issue.path) ? MISSING : issue.message }],
  );
  return { ok: false, issues };
}

const MISSING = 'is missing; where it comes from an environment variable, that variable is not set';

function isMissing(options: AcmeOptions, [name]: readonly PropertyKey[]): boolean {
  return (
    typeof options === 'object' && options !== null && name !== undefined && Reflect.get(options, name) === undefined
  );
}
