/** `['clients', 0, 'redirect_uris', 1]` → `clients[0].redirect_uris[1]`. */
export function textOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}
