/** BCP 47 tags, best first. */
export type Wanted = readonly (string | undefined)[];

/** Of `tags` the one wanted most: exact tag, else the language alone, else the same language elsewhere. */
export function bestTag(wanted: Wanted, tags: readonly string[]): string | undefined {
  const language = (tag: string): string | undefined => tag.toLowerCase().split('-')[0];
  for (const wish of wanted) {
    if (!wish) continue;
    const found =
      tags.find((tag) => tag.toLowerCase() === wish.toLowerCase()) ??
      tags.find((tag) => tag === language(wish)) ??
      tags.find((tag) => language(tag) === language(wish));
    if (found !== undefined) return found;
  }
  return undefined;
}
