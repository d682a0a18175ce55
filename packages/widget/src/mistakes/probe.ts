/** Longest wait for an answer, in ms. */
const LIMIT_MS = 3_000;
/** The event of a violation comes in a task of its own, after the failure. */
const EVENT_MS = 100;

export type Outcome = 'blocked' | 'reached' | 'unreachable';

/** Whether the page's policy lets it call there, and whether an answer of any kind comes. Changes nothing there: HEAD. */
export function probe(url: string): Promise<Outcome> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  return watched(url, () => fetch(url, { method: 'HEAD', mode: 'no-cors', credentials: 'omit', signal }));
}

/** The same for a WebSocket. */
export function probeSocket(url: string): Promise<Outcome> {
  return watched(url, async () => {
    const socket = new WebSocket(url);
    await new Promise<unknown>((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    }).finally(() => socket.close());
  });
}

async function watched(url: string, attempt: () => Promise<unknown>): Promise<Outcome> {
  const { origin } = new URL(url);
  const violated: string[] = [];
  const hear = ({ effectiveDirective, disposition, blockedURI }: SecurityPolicyViolationEvent): void => {
    if (effectiveDirective === 'connect-src' && disposition === 'enforce' && blockedURI.startsWith(origin))
      violated.push(blockedURI);
  };
  addEventListener('securitypolicyviolation', hear);
  try {
    await attempt();
    return 'reached';
  } catch {
    await new Promise((resolve) => setTimeout(resolve, EVENT_MS));
    return violated.length > 0 ? 'blocked' : 'unreachable';
  } finally {
    removeEventListener('securitypolicyviolation', hear);
  }
}
