/** Figures as people read them, and what they say about each other. */
import { type Peer, type Row, type Spread, isMet } from '../bench.ts';

/** Three digits that count: more are not known. A whole number is what it is. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  const size = Math.abs(value);
  if (size >= 99.95) return Math.round(value).toLocaleString('en');
  if (size >= 9.995) return value.toFixed(1);
  return size >= 0.9995 ? value.toFixed(2) : value.toPrecision(2);
}

/** From where to where the rounds went; empty where there was one. */
export function range({ low, high, samples }: Spread): string {
  return samples === 1 || figure(low) === figure(high) ? '' : `${figure(low)}–${figure(high)}`;
}

/** The median with its unit, and the range. */
export function measured(spread: Spread, unit: string): string {
  const between = range(spread);
  return [figure(spread.median), unit, between === '' ? '' : `(${between})`].filter((part) => part !== '').join(' ');
}

/** What is ours for one of the peer's. `≈` where the rounds of both overlap: then a further run may turn it round. */
export function ratio({ ours }: Row, { value }: Peer): string {
  const overlap = ours.low <= value.high && value.low <= ours.high && ours.samples > 1;
  return `${overlap ? '≈ ' : ''}${figure(ours.median / value.median)} ×`;
}

/** Whether a peer is better, however the rounds fell. */
export function isBeatenBy({ ours, better = 'less' }: Row, { value }: Peer): boolean {
  return better === 'more' ? ours.high < value.low : ours.low > value.high;
}

export type Verdict = 'aim' | 'must' | 'no';

/** What of its bounds a row keeps: the aim, what it must, or not even that. Null where it has none. */
export function verdict(row: Row): Verdict | null {
  const { must, aim } = row;
  if (must === null && aim === null) return null;
  if (aim !== null && isMet(row, aim)) return 'aim';
  return must !== null && !isMet(row, must) ? 'no' : 'must';
}
