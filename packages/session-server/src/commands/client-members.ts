import { UsageError } from './command.ts';

/** Members of a client, as a configuration file has them. */
export type Members = Readonly<Record<string, unknown>>;

/** `scope=openid`, `redirect_uris+=https://…`, `redirect_uris-=https://…`, `cross_device.verification=number`. */
export interface Member {
  readonly name: string;
  readonly how: 'set' | 'add' | 'take';
  readonly value: string;
}

const LISTS: ReadonlySet<string> = new Set(
  'redirect_uris allowed_origins post_logout_redirect_uris connectors audience introspects'.split(' '),
);
/** What is text though it may look like a number. */
const TEXTS: ReadonlySet<string> = new Set(['client_id', 'client_name', 'scope', 'cross_device.scope']);

/** @throws UsageError */
export function readMembers(words: readonly string[]): readonly Member[] {
  return words.map((word) => {
    const [, name, sign = '', value = ''] = /^([a-z_]+(?:\.[a-z_]+)?)([+-]?)=(.*)$/s.exec(word) ?? [];
    if (name === undefined) throw new UsageError(`"${word}" is not expected here: write MEMBER=VALUE`);
    const how = sign === '+' ? 'add' : sign === '-' ? 'take' : 'set';
    if (how !== 'set' && !LISTS.has(name)) throw new UsageError(`${name} is no list: write ${name}=VALUE`);
    return { name, how, value };
  });
}

/** The members with what was said about them. One that is set to nothing is null. */
export function membersAfter(before: Members, said: readonly Member[]): Members {
  const begun = new Set<string>();
  return said.reduce<Members>((members, { name, how, value }) => {
    const [outer = '', inner] = name.split('.');
    if (inner !== undefined) {
      const own = (members[outer] ?? {}) as Members;
      const { [inner]: _was, ...others } = own;
      return { ...members, [outer]: value === '' ? others : { ...others, [inner]: valueOf(name, value) } };
    }
    if (!LISTS.has(name)) return { ...members, [name]: value === '' ? null : valueOf(name, value) };
    // Several values of one list are written one after another; the first takes the place of what was there.
    const was = how === 'set' && !begun.has(name) ? [] : ((members[name] ?? []) as readonly string[]);
    begun.add(name);
    if (how === 'take') {
      if (!was.includes(value)) throw new UsageError(`${name} has no ${value}`);
      return { ...members, [name]: was.filter((each) => each !== value) };
    }
    return { ...members, [name]: value === '' ? null : [...was, value] };
  }, before);
}

function valueOf(name: string, text: string): unknown {
  if (TEXTS.has(name) || !/^(?:\d+|true|false|[{[].*)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${name}: is no JSON`);
  }
}
