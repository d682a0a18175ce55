/**
 * One text that the browser keeps for a server and client. Where it keeps nothing (third-party
 * frames, private windows, where reading may throw) nothing is known.
 */
export interface Memory {
  read(): string | null;
  /** Null forgets. */
  write(text: string | null): void;
}

export type Keeps = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function memoryOf(storage: () => Keeps, key: string): Memory {
  return {
    read() {
      try {
        return storage().getItem(key);
      } catch {
        return null;
      }
    },
    write(text) {
      try {
        if (text === null) storage().removeItem(key);
        else storage().setItem(key, text);
      } catch {
        // The next sign-in begins as if it were the first.
      }
    },
  };
}
