import { refused } from '../../openid-client/index.ts';
import { sameText } from '../../secrets/index.ts';
import { unavailable } from '../connector.ts';
import type { DiditFieldNames } from './options.ts';

const WHAT = 'Didit: status';

/**
 * The code in the answer of a confirmed status: by itself, or in the redirect that Didit wants the
 * browser sent to. Only one, and with the state that was sent wherever one is named.
 * @throws ConnectorError `callback_refused`; `connector_unavailable` when there is no code
 */
export function codeOf(
  answer: Readonly<Record<string, unknown>>,
  names: Pick<DiditFieldNames, 'code' | 'location'>,
  state: string,
): string {
  const codes = new Set(textsOf(answer, names.code));
  const states = codes.size === 0 ? [] : textsOf(answer, ['state']);
  for (const location of textsOf(answer, names.location)) {
    const parameters = URL.parse(location)?.searchParams;
    // The session's own URL may come along under one of these names.
    if (parameters === undefined || !(parameters.has('code') || parameters.has('error'))) continue;
    if (new Set(parameters.keys()).size < parameters.size)
      throw refused(`${WHAT}: a parameter of its redirect came twice`);
    if (parameters.has('error')) throw refused(`${WHAT}: its redirect has an error, though it is confirmed`);
    codes.add(parameters.get('code') ?? '');
    states.push(...parameters.getAll('state'));
  }
  const [code, ...others] = codes;
  if (code === undefined) throw unavailable(`${WHAT}: confirmed without a code; see the option fieldNames`);
  if (others.length > 0) throw refused(`${WHAT}: confirmed with more than one code`);
  if (states.some((each) => !sameText(each, state)))
    throw refused(`${WHAT}: confirmed with another state than was sent`);
  if (!/^[\x21-\x7e]{1,4096}$/.test(code)) throw refused(`${WHAT}: its code is none`);
  return code;
}

function textsOf(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string[] {
  return names
    .map((name) => fields[name])
    .filter((value): value is string => typeof value === 'string' && value !== '');
}
