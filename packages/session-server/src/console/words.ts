/** How the console writes times, lengths of time and parts of a whole. */

/** `just now`, `40 s ago`, `12 min ago`, `5 h ago`, `3 d ago`. */
export function agoText(ms: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - ms) / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}

/** A length of time: `500 ms`, `4 s`, `2 min`. */
export function lastedText(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

/** `81 %`; an em dash of nothing, and `< 1 %` for what would round to 0. */
export function partText(part: number, whole: number): string {
  if (whole === 0) return '—';
  const percent = Math.round((part / whole) * 100);
  return part > 0 && percent === 0 ? '< 1 %' : `${percent} %`;
}

/** `1,203`. */
export function countText(count: number): string {
  return count.toLocaleString('en');
}
