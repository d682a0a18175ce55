import { createPrivateKey } from 'node:crypto';
import express, { type Router } from 'express';
import { onlyMethods } from '../http/answer.ts';
import { SandboxError } from '../http/errors.ts';
import { jsonBody } from '../http/guard.ts';
import { html, sendPage } from '../http/html.ts';
import { read } from '../http/read.ts';
import type { PartContext } from '../part.ts';
import { createAccounts } from './accounts.ts';
import { mountApi } from './api.ts';
import { createApp, type PasbyApp } from './app.ts';
import { FaultRequest, noFaults, setFaults } from './faults.ts';
import { createLimit } from './limit.ts';
import { PASBY_APP } from './registered-app.ts';
import { createRequests, type Requests } from './requests.ts';
import { createSeeds } from './seeds.ts';
import { createStreams, type Streams } from './streams.ts';

export interface Pasby {
  readonly router: Router;
  /** The app on the sandbox's phone. */
  readonly app: PasbyApp;
}

export function createPasby(context: PartContext): Pasby {
  const base = `${context.base}/pasby`;
  const accounts = createAccounts(context.people);
  const requests = createRequests(context.now, context.random);
  const seeds = createSeeds(context.random);
  const faults = noFaults();
  const streams = createStreams(requests, faults);
  const limit = createLimit(context.now);
  const app = createApp(base, accounts, requests, seeds, (request) => streams.tell(request));

  const router = express.Router();
  mountApi(router, { base, accounts, requests, seeds, streams, faults, limit });

  /** Where a same-device link leads in a browser that has no app to open it with. */
  router.get('/open/app', (req, res) => {
    const phone = `${context.base}/phone#${new URLSearchParams({ text: `${base}${req.url.slice(req.baseUrl.length)}` }).toString()}`;
    sendPage(res, {
      title: 'Open pasby',
      provider: 'pasby',
      body: html`<h1>Open this in pasby</h1>
        <p>A phone with pasby would have opened it by itself. Without one, this page tells how to get pasby.</p>
        <p><a href="${phone}">Open it on the sandbox’s phone</a></p>`,
    });
  });

  /** Features of the sandbox that pasby does not have: the app that it knows, what it saw, and what it does wrong. */
  router
    .route('/sandbox')
    .get((_req, res) => {
      res.json({
        ...PASBY_APP,
        private_key: privateKeyPem(),
        most_in_a_minute: limit.mostInAMinute,
        turned_away: limit.turnedAway,
        open_streams: streams.count,
      });
    })
    .post(...jsonBody, (req, res) => {
      const request = read(FaultRequest, req.body);
      setFaults(faults, request);
      if (request.end !== undefined) endOne(request.end, requests, streams, context.now);
      if (faults.streams !== 'open') streams.cut();
      res.json(faults);
    })
    .all(onlyMethods('GET', 'POST'));

  return { router, app };
}

/** PKCS#8, as a service file has it. */
function privateKeyPem(): string {
  const key = createPrivateKey({ key: { ...PASBY_APP.private_key }, format: 'jwk' });
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** @throws SandboxError `invalid_request` when there is nothing to end */
function endOne(end: NonNullable<FaultRequest['end']>, requests: Requests, streams: Streams, now: () => number): void {
  const request = end.request === undefined ? requests.newest() : requests.find(end.request);
  const going = request !== null && ['waiting', 'picked'].includes(requests.standing(request));
  if (!going) throw new SandboxError('invalid_request', 'end: there is no such request, or it is over');
  if (end.how === 'cancelled') requests.cancel(request);
  else request.exp = Math.floor(now() / 1000);
  streams.tell(request);
}
