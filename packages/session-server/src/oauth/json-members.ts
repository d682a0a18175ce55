/** A string, or one of the characters that give JSON its shape. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/**
 * The first member that an object of this text has twice; null when there is none. `JSON.parse`
 * keeps the last one, another reader the first (RFC 8259 §4). `text` must be valid JSON.
 */
export function doubledMember(text: string): string | null {
  /** The names of each object that is open; null for an array. */
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      // Few names are escaped, and only JSON's own reader knows how.
      const name = last.includes('\\') ? (JSON.parse(last) as string) : last.slice(1, -1);
      const names = open.at(-1);
      if (names?.has(name) === true) return name;
      names?.add(name);
    } else last = token;
  }
  return null;
}
