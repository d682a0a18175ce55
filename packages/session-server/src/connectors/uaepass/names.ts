/** UAE PASS's spelling of people's names and telephones, made usual. */

/**
 * `MOHAMMED AL-HASHIMI` → `Mohammed Al-Hashimi`. A word in which both cases occur was spelled on
 * purpose and stays; scripts without case, Arabic among them, stay too.
 */
export function titleCase(name: string): string {
  return name.replace(/[\p{L}\p{M}]+/gu, (word) => {
    const upper = word.toUpperCase();
    if (word !== upper && word !== word.toLowerCase()) return word;
    const [first = ''] = word;
    return first.toUpperCase() + word.slice(first.length).toLowerCase();
  });
}

/** UAE PASS puts commas between the parts of a full name, also between missing ones: `Ram,,,,ABC,,` → `Ram ABC`. */
export function cleanFullName(name: string): string {
  return name
    .split(/[,،]/)
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter((part) => part !== '')
    .join(' ');
}

/**
 * To E.164 (`+97151234003`), which UAE PASS sends without its plus. A number of the country itself
 * (`05…`) gets the country's code. Null for what is no telephone number.
 */
export function e164(mobile: string): string | null {
  const compact = mobile.replace(/[\s().-]/g, '');
  const international = compact
    .replace(/^\+/, '')
    .replace(/^00/, '')
    .replace(/^0(?=5\d{8}$)/, '971');
  return /^[1-9]\d{7,14}$/.test(international) ? `+${international}` : null;
}
