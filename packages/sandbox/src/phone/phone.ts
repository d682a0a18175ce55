import express, { type Router } from 'express';
import { z } from 'zod';
import { onlyMethods } from '../http/answer.ts';
import { jsonBody } from '../http/guard.ts';
import { read } from '../http/read.ts';
import type { PartContext } from '../part.ts';
import type { Person } from '../people.ts';
import type { Wallet } from '../wallet/index.ts';
import { BeckonError, SandboxError } from '../http/errors.ts';
import type { Consent, PhoneApp, Question } from './app.ts';
import { createBeckonApi } from './beckon.ts';
import { readCode } from './code.ts';
import { mountPage } from './page-files.ts';
import type { ProviderPages } from './provider-pages.ts';
import { openInBrowser } from './redirected.ts';
import { createOpenRequests } from './requests.ts';

const handle = z.string().max(64, 'at most 64 characters');
const ScanRequest = z.strictObject({
  text: z.string().min(1, 'must not be empty').max(2048, 'at most 2048 characters'),
  person: z.string().max(64, 'at most 64 characters').optional(),
});
const ApproveRequest = z.strictObject({
  handle,
  verification: z
    .string()
    .regex(/^[0-9]{1,8}$/, 'must be the digits that the browser shows')
    .optional(),
});
const DeclineRequest = z.strictObject({ handle, reason: z.enum(['user', 'not_me']).default('user') });
const InboxRequest = z.strictObject({
  user: z.string().min(1, 'must not be empty').max(64, 'at most 64 characters'),
});

/**
 * The phone's script API (JSON in, JSON out) and its page, which uses the same.
 * @param providers whose pages its browser knows its way about
 */
export function createPhone(
  context: PartContext,
  wallet: Wallet,
  apps: readonly PhoneApp[] = [],
  providers: readonly ProviderPages[] = [],
): Router {
  const beckon = createBeckonApi(context.beckon.issuer);
  const requests = createOpenRequests(context.now, context.random);

  const router = express.Router();
  mountPage(router);

  /** `{ text, person? }` → `{ handle, consent }`: claims the session for this person. */
  router
    .route('/scan')
    .post(...jsonBody, async (req, res) => {
      const { text, person: id } = read(ScanRequest, req.body);
      const person = wallet.person(id);
      const [asked = askedByBeckon(text, person)] = apps.flatMap((app) => app.scan(text, person) ?? []);
      const question = await asked;
      res.json({ handle: requests.add(question), consent: question.consent });
    })
    .all(onlyMethods('POST'));

  /** `{ handle, verification? }` → `{ status, location }`. */
  router
    .route('/approve')
    .post(...jsonBody, async (req, res) => {
      const { handle: opened, verification } = read(ApproveRequest, req.body);
      const question = requests.get(opened);
      // One try only: a phone that sent none would spend it on a mistake of its own.
      if (question.consent.verification !== null && verification === undefined)
        throw new SandboxError('invalid_request', 'verification: required, the number that the browser shows');
      res.json(await question.decide({ decision: 'approve', verification: verification ?? null }));
    })
    .all(onlyMethods('POST'));

  /** `{ handle, reason?: "user" | "not_me" }` → `{ status, location }`. */
  router
    .route('/decline')
    .post(...jsonBody, async (req, res) => {
      const { handle: opened, reason } = read(DeclineRequest, req.body);
      res.json(await requests.get(opened).decide({ decision: 'decline', reason }));
    })
    .all(onlyMethods('POST'));

  /** `?user=` → what was pushed to that person. */
  router
    .route('/inbox')
    .get((req, res) => {
      const { user } = read(InboxRequest, req.query);
      const questions = apps.flatMap((app) => app.inbox?.(user) ?? []);
      res.json(questions.map((question) => ({ handle: requests.add(question), consent: question.consent })));
    })
    .all(onlyMethods('GET'));

  /** What the page shows before anything is scanned. */
  router
    .route('/settings')
    .get((_req, res) => {
      const people = context.people.map(({ id, claims }) => ({ id, claims }));
      res.json({ people, beckon: context.beckon.issuer, shop: context.beckon.shop });
    })
    .all(onlyMethods('GET'));

  return router;

  /** The wallet app, or the browser: what was scanned or tapped is an address of Beckon's, or none of ours. */
  async function askedByBeckon(text: string, person: Person): Promise<Question> {
    const { issuer, codesAt } = context.beckon;
    if (/^\/session\/[^/]+\/start\?/.test(text.startsWith(issuer) ? text.slice(issuer.length) : ''))
      return openInBrowser(text, person, context, providers);
    const code = readCode(text, { base: context.base, beckonIssuer: issuer, codesAt });
    let consent: Consent;
    try {
      consent = await beckon.information(code, await wallet.accessToken(person, []));
    } catch (cause) {
      // A sign-in that is for no wallet, or a Beckon that knows none: a phone's own camera would open its page.
      const forNoWallet =
        cause instanceof BeckonError && ['invalid_transition', 'wallet_not_trusted'].includes(cause.code);
      if (!forNoWallet || providers.length === 0) throw cause;
      const page = `${issuer}/q/${code.session_id}.${code.step}.${code.mac}`;
      return openInBrowser(page, person, context, providers).catch((failure: unknown) => {
        throw failure instanceof SandboxError && failure.code === 'unknown_page' ? cause : failure;
      });
    }
    return {
      consent,
      async decide(decision) {
        const approved = decision.decision === 'approve';
        const accepted = approved ? consent.scopes.map(({ scope }) => scope) : [];
        return beckon.update(code.session_id, await wallet.accessToken(person, accepted), {
          decision: decision.decision,
          accepted_scopes: accepted,
          retrieval_token: consent.retrieval_token,
          ...(approved && decision.verification !== null ? { verification: decision.verification } : {}),
          ...(approved ? {} : { reason: decision.reason }),
        });
      },
    };
  }
}
