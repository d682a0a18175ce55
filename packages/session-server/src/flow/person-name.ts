/** No name is shown longer than this, in characters. */
const LENGTH_LIMIT = 80;

/** What a person recognises themselves by, as their provider gave it: a name, else an e-mail address; null where it gave neither. */
export function personName(claims: Readonly<Record<string, unknown>>): string | null {
  const text = (name: string): string | null => {
    const value = claims[name];
    if (typeof value !== 'string') return null;
    // Line breaks, and marks that turn the direction of what follows, are in no person's name.
    const clean = value.replaceAll(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, ' ').trim();
    return clean === '' ? null : Array.from(clean).slice(0, LENGTH_LIMIT).join('');
  };
  const parts = [text('given_name'), text('family_name')].filter((part) => part !== null).join(' ');
  return text('name') ?? (parts || text('email'));
}
