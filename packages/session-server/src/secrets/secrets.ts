import {
  type KeyObject,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  timingSafeEqual,
} from 'node:crypto';

export interface SecretsOptions {
  /** base64url, at least 32 bytes each. The first seals and signs, all open and verify. */
  readonly secret: readonly string[];
  /** base64url, at least 32 bytes. Never rotated: `sub` depends on it. */
  readonly subject_secret: string;
  /** Fills an array with random bytes, for nonces. */
  readonly random: (size: number) => Uint8Array;
}

export interface Secrets {
  /** HMAC-SHA256 under a key of its own for `purpose`, derived from the first secret; 32 bytes. */
  mac(purpose: string, text: string): Uint8Array;
  /** As `mac`, under every configured secret: for verifying what an earlier secret made. The first is `mac`'s. */
  macs(purpose: string, text: string): readonly Uint8Array[];
  /**
   * AES-256-GCM under a key of its own for `key_name`; '' is a key as well. Layout: key id (4 bytes), nonce (12),
   * ciphertext, tag (16). `context` is authenticated.
   */
  seal(plaintext: Uint8Array, key_name: string, context: string): Uint8Array;
  /** @throws Error when sealed under no configured secret, under another name, for another context, or altered. */
  open(sealed: Uint8Array, key_name: string, context: string): Uint8Array;
  /**
   * The same value sealed under the first secret; null where it is already.
   * @throws Error as `open` does
   */
  reseal(sealed: Uint8Array, key_name: string, context: string): Uint8Array | null;
  /** Names the configured secrets, in their order; 8 hex digits each, readable in front of all that a secret sealed. */
  readonly ids: readonly string[];
  /** Keyed hash for looking up what must not be readable at rest; base64url, 43 characters. */
  fingerprint(text: string): string;
  /**
   * `sub` for an upstream subject: HMAC of (connector id, subject) under `subject_secret`; base64url, 43 characters. With
   * a sector, one of its own for that (OpenID Connect Core §8.1).
   */
  subject(connectorId: string, upstreamSubject: string, sector?: string): string;
}

interface Key {
  readonly id: Buffer;
  /** The key of a purpose (`seal`, `mac|links`); derived once, since every row and every QR frame asks. */
  readonly keyFor: (purpose: string) => KeyObject;
  /** The key that seals under that name. Looked up by the name alone: putting a purpose together costs at every seal. */
  readonly sealingFor: (key_name: string) => KeyObject;
}

const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Nonces that are drawn at once. */
const NONCES = 256;

export function createSecrets(options: SecretsOptions): Secrets {
  const keys = options.secret.map(keyOf);
  const [first] = keys;
  if (first === undefined) throw new TypeError('secret: at least one is needed');
  const subjectKey = deriveKey(Buffer.from(options.subject_secret, 'base64url'), 'subject');

  const nonces = createNonces(options.random);

  const secrets: Secrets = {
    mac: (purpose, text) => macUnder(first, purpose, text),
    macs: (purpose, text) => keys.map((key) => macUnder(key, purpose, text)),
    ids: keys.map(({ id }) => id.toString('hex')),
    reseal(sealed, key_name, context) {
      const isFirst = first.id.equals(sealed.subarray(0, KEY_ID_BYTES));
      return isFirst ? null : secrets.seal(secrets.open(sealed, key_name, context), key_name, context);
    },
    seal(plaintext, key_name, context) {
      const nonce = nonces.next();
      const cipher = createCipheriv('aes-256-gcm', first.sealingFor(key_name), nonce);
      cipher.setAAD(Buffer.from(context));
      const ciphertext = cipher.update(plaintext);
      // GCM is a stream: nothing is left for the end.
      cipher.final();
      return Buffer.concat([first.id, nonce, ciphertext, cipher.getAuthTag()]);
    },
    open(sealed, key_name, context) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      const key = keys.find(({ id }) => id.equals(bytes.subarray(0, KEY_ID_BYTES)));
      if (key === undefined) throw new Error('sealed under a secret that is not configured any more');
      const nonce = bytes.subarray(KEY_ID_BYTES, KEY_ID_BYTES + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key.sealingFor(key_name), nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(KEY_ID_BYTES + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    },
    // Not rotated with `secret`: an index under a replaced key would find nothing.
    fingerprint: (text) => createHmac('sha256', subjectKey).update(`fingerprint|${text}`).digest('base64url'),
    subject: (connectorId, upstreamSubject, sector) =>
      // JSON keeps the borders between the parts: no list of them reads like another.
      createHmac('sha256', subjectKey)
        .update(`sub|${JSON.stringify([connectorId, upstreamSubject, ...(sector === undefined ? [] : [sector])])}`)
        .digest('base64url'),
  };
  return secrets;
}

/** Random nonces, each given once; drawn many at a time, for a call to the system costs more than a seal. */
function createNonces(random: (size: number) => Uint8Array): { next(): Uint8Array } {
  let drawn: Uint8Array = new Uint8Array(0);
  let used = 0;
  return {
    next() {
      if (used + NONCE_BYTES > drawn.byteLength) {
        drawn = random(NONCE_BYTES * NONCES);
        used = 0;
      }
      used += NONCE_BYTES;
      return drawn.subarray(used - NONCE_BYTES, used);
    },
  };
}

/** SHA-256 of a random secret, base64url. Enough for values of 128 bits and more; not for passwords. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/**
 * By which a person is found, whatever their `sub` at a client.
 * @param common the person's `sub` that is no client's own
 */
export function personOf(common: string): string {
  return hashSecret(common);
}

/** 32 random bytes, base64url, 43 characters. */
export function newSecret(random: (size: number) => Uint8Array): string {
  return Buffer.from(random(32)).toString('base64url');
}

/** Compares in constant time; bytes of another length differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** Compares in constant time; texts of another length differ. How long a text is, is no secret of any that is compared. */
export function sameText(a: string, b: string): boolean {
  return sameBytes(Buffer.from(a), Buffer.from(b));
}

function keyOf(secret: string): Key {
  const root = Buffer.from(secret, 'base64url');
  return {
    id: derive(root, 'id').subarray(0, KEY_ID_BYTES),
    keyFor: remembered((purpose) => deriveKey(root, purpose)),
    sealingFor: remembered((key_name) => deriveKey(root, sealPurpose(key_name))),
  };
}

/** Makes each once. */
function remembered<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const made = make(name);
    known.set(name, made);
    return made;
  };
}

function sealPurpose(key_name: string): string {
  return key_name === '' ? 'seal' : `seal|${key_name}`;
}

function macUnder(key: Key, purpose: string, text: string): Buffer {
  return createHmac('sha256', key.keyFor(`mac|${purpose}`))
    .update(text)
    .digest();
}

function derive(root: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `beckon|${purpose}`, 32));
}

/** A `KeyObject`: Node makes one anew from raw bytes at each call, which costs more than the HMAC itself. */
function deriveKey(root: Buffer, purpose: string): KeyObject {
  return createSecretKey(derive(root, purpose));
}
