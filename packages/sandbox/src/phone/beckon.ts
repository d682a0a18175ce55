import { z } from 'zod';
import { BeckonError, SandboxError } from '../http/errors.ts';
import type { Consent, Decided } from './app.ts';
import type { ScannedCode } from './code.ts';

const ConsentAnswer: z.ZodType<Consent> = z.object({
  client: z.object({ name: z.string(), logo_uri: z.string().nullable(), origin: z.string() }),
  scopes: z.array(z.object({ scope: z.string(), claims: z.array(z.string()) })),
  requester: z.object({
    address: z.string(),
    user_agent: z.string(),
    origin: z.string().nullable(),
    same_network: z.boolean().nullable(),
  }),
  verification: z.object({ method: z.literal('number'), digits: z.int().min(1).max(8) }).nullable(),
  retrieval_token: z.string().min(1),
  expires_at: z.number(),
});

const Outcome = z.object({
  status: z.enum(['confirmed', 'declined']),
  location: z.string().nullable().optional(),
  collected: z.boolean().optional(),
});
const Refusal = z.object({
  error: z.string().max(200),
  error_description: z.string().max(2000).default(''),
  request_id: z.string().max(200).optional(),
});

export interface Decision {
  readonly decision: 'approve' | 'decline';
  readonly accepted_scopes: readonly string[];
  readonly retrieval_token: string;
  readonly verification?: string;
  readonly reason?: 'user' | 'not_me';
}

export interface BeckonApi {
  /** `GET /session/{id}/information`. @throws BeckonError, SandboxError */
  information(code: ScannedCode, accessToken: string): Promise<Consent>;
  /** `POST /session/{id}/update`. @throws BeckonError, SandboxError */
  update(sessionId: string, accessToken: string, decision: Decision): Promise<Decided>;
}

/** How long Beckon may take to answer, in ms. */
const TIMEOUT_MS = 10_000;

/** Beckon's wallet API, as a wallet app on a phone would call it. */
export function createBeckonApi(issuer: string): BeckonApi {
  return {
    async information(code, accessToken) {
      const query = new URLSearchParams({ step: code.step, mac: code.mac });
      return call(
        ConsentAnswer,
        `${issuer}/session/${code.session_id}/information?${query.toString()}`,
        accessToken,
        {},
      );
    },
    async update(sessionId, accessToken, decision) {
      const { status, location, collected } = await call(
        Outcome,
        `${issuer}/session/${sessionId}/update`,
        accessToken,
        {
          method: 'POST',
          body: JSON.stringify(decision),
        },
      );
      return { status, location: location ?? null, ...(collected !== undefined && { collected }) };
    },
  };
}

async function call<T>(schema: z.ZodType<T>, url: string, accessToken: string, init: RequestInit): Promise<T> {
  const { response, body } = await exchange(url, {
    ...init,
    headers: {
      Accept: 'application/json',
      Authorization: `Bearer ${accessToken}`,
      'User-Agent': 'Beckon-Sandbox-Phone/1.0',
      ...(init.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.ok) {
    const answer = schema.safeParse(body);
    if (answer.success) return answer.data;
    const fields = answer.error.issues.map(({ path }) => path.join('.') || 'body');
    throw new SandboxError(
      'beckon_answer_invalid',
      `Beckon’s answer is not what its wallet API says: ${fields.join(', ')}`,
    );
  }
  const refusal = Refusal.safeParse(body);
  if (!refusal.success || response.status < 400)
    throw new SandboxError(
      'beckon_answer_invalid',
      `Beckon answered ${String(response.status)} without an error that can be read`,
    );
  throw new BeckonError({
    status: response.status,
    code: refusal.data.error,
    description: refusal.data.error_description,
    requestId: refusal.data.request_id ?? null,
    retryAfter: response.headers.get('Retry-After'),
  });
}

async function exchange(url: string, init: RequestInit): Promise<{ response: Response; body: unknown }> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, init);
    text = await response.text();
  } catch {
    throw new SandboxError('beckon_unreachable', `Beckon at ${new URL(url).origin} gave no answer; is it running?`);
  }
  try {
    return { response, body: JSON.parse(text) as unknown };
  } catch {
    return { response, body: null };
  }
}
