/**
 * Whether a secret looks as if a machine had drawn it. That cannot be measured from one sample; what
 * is refused here is what people type. 32 base64url characters hold 192 bits, 32 hex digits 128
 * (RFC 6749 §10.10 asks for that much).
 */
const FEWEST_CHARACTERS = 32;
/** 32 random hex digits have fewer different ones once in ten million times; other encodings have more. */
const FEWEST_DIFFERENT = 8;
/** Different distances from one character to the next: a row (`abcd…`, `0123…`) has few. */
const FEWEST_STEPS = 8;

/** In this repository for everybody to read: `examples/web/beckon.config.ts`. */
const DEMO: ReadonlySet<string> = new Set(['demo-shop-secret', 'demo-shop-strict-secret']);

/** What is wrong with a secret on the open internet; null where nothing is. */
export function weaknessOf(secret: string): string | null {
  if (DEMO.has(secret)) return "is the demo's, which is public";
  if (secret.length < FEWEST_CHARACTERS) return `is shorter than ${FEWEST_CHARACTERS} characters`;
  if (new Set(secret).size < FEWEST_DIFFERENT) return `has fewer than ${FEWEST_DIFFERENT} different characters`;
  if (repeats(secret)) return 'repeats one shorter text';
  if (stepsOf(secret) < FEWEST_STEPS) return 'is a row of characters';
  return null;
}

/** The same for a secret that is bytes in base64url: `AAECAw…` is no row as text, and one as bytes. */
export function weaknessOfBytes(secret: string): string | null {
  return weaknessOf(secret) ?? weaknessOf(Buffer.from(secret, 'base64url').toString('latin1'));
}

/** Whether the whole is a beginning of itself, repeated at least twice. */
function repeats(secret: string): boolean {
  const most = Math.floor(secret.length / 2);
  for (let period = 1; period <= most; period += 1) {
    if (secret.startsWith(secret.slice(period))) return true;
  }
  return false;
}

function stepsOf(secret: string): number {
  const steps = new Set<number>();
  for (let i = 1; i < secret.length; i += 1) steps.add(secret.charCodeAt(i) - secret.charCodeAt(i - 1));
  return steps.size;
}
