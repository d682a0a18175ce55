import type { ConnectorId, ConnectorOffer, Mode, Snapshot } from '@beckon/protocol';

export interface Choice {
  readonly connector: ConnectorId;
  readonly mode: Mode;
  readonly loginHint: string | null;
}

/**
 * What to ask for as soon as a session is there, or null when the server's own choice is right or
 * the person is to choose. On a phone the app's link comes first, never the QR code: a person
 * cannot scan the screen that they hold.
 */
export function openingChoice(
  snapshot: Snapshot,
  /** What the person chose in an earlier session of the same sign-in. */
  chosen: Choice | null,
  wish: {
    readonly connector: ConnectorId | undefined;
    readonly loginHint: string | undefined;
    readonly phone: boolean;
  },
): Choice | null {
  if (chosen !== null) return isMade(snapshot, chosen) || needsIdentifier(chosen) ? null : chosen;
  const { connectors } = snapshot;
  const only = connectors.length === 1 ? connectors[0]?.id : undefined;
  const id = wish.connector ?? snapshot.connector ?? only;
  const offer = connectors.find((candidate) => candidate.id === id);
  if (offer === undefined) return null;

  const loginHint = wish.loginHint ?? null;
  const mode = preferredMode(offer, wish.phone, loginHint !== null);
  // Without an identifier there is no person to push to: the person must type it first.
  if (mode === null) return null;
  const choice = { connector: offer.id, mode, loginHint };
  return isMade(snapshot, choice) ? null : choice;
}

/** What the person typed is not kept: for another push they type it again. */
export function needsIdentifier({ mode, loginHint }: Choice): boolean {
  return mode === 'direct' && loginHint === null;
}

/** Whether the server has that choice. */
export function isMade(snapshot: Snapshot, { connector, mode }: Pick<Choice, 'connector' | 'mode'>): boolean {
  return snapshot.connector === connector && snapshot.mode === mode;
}

function preferredMode({ modes }: ConnectorOffer, phone: boolean, hasIdentifier: boolean): Mode | null {
  const order: readonly Mode[] = phone ? ['same_device', 'qr', 'direct'] : ['qr', 'direct', 'same_device'];
  return order.find((mode) => modes.includes(mode) && (mode !== 'direct' || hasIdentifier)) ?? null;
}
