/** Where each mistake has its heading: the page's name in the repository, since the project has no website yet. */
export const PAGE = 'docs/guides/mistakes.md';
