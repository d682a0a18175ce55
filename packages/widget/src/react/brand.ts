import type { CSSProperties } from 'react';
import type { ConnectorOffer } from '@beckon/protocol';

/** The least contrast for text of 18.66 px and bold, which the style sheet gives such a button (WCAG 2.2 §1.4.3). */
const LEAST = 3;

interface Brand {
  readonly 'data-brand'?: '';
  readonly style?: CSSProperties;
}

/** A button in the colours that the provider prescribes; in ours when it prescribes none, or none that can be read. */
export function brandOf(connector: ConnectorOffer | null | undefined): Brand {
  const button = connector?.button;
  if (!button || !(contrast(button.background, button.text) >= LEAST)) return {};
  return { 'data-brand': '', style: { background: button.background, color: button.text } };
}

/** WCAG 2.2's contrast ratio of two `#rrggbb`, 1 to 21; NaN when one of them is no such colour. */
function contrast(a: string, b: string): number {
  const both = [luminance(a), luminance(b)];
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}

function luminance(colour: string): number {
  if (!/^#[\da-f]{6}$/i.test(colour)) return NaN;
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
