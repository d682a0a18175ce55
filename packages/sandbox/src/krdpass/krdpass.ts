import express, { type Router } from 'express';
import type { PartContext } from '../part.ts';
import { createApp, type KrdPassApp } from './app.ts';
import { mountAuthorize } from './authorize.ts';
import { mountCas } from './cas.ts';
import { createKeys } from './keys.ts';
import { createRecords } from './records.ts';

export interface KrdPass {
  readonly router: Router;
  /** The app on the sandbox's phone. */
  readonly app: KrdPassApp;
}

export async function createKrdPass(context: PartContext): Promise<KrdPass> {
  const issuer = `${context.base}/krdpass/cas`;
  const appBase = `${context.base}/krdpass/app`;
  const isRegistered = (redirectUri: string): boolean =>
    redirectUri.startsWith(`${context.beckon.issuer}/callback/`) && URL.canParse(redirectUri);
  const records = createRecords(context.now, context.random);
  const keys = await createKeys(issuer, context.now);
  const app = createApp(appBase, issuer, records, context.now, isRegistered);
  const router = express.Router();
  mountCas(router, issuer, appBase, keys, records, isRegistered);
  mountAuthorize(router, context, app);
  return { router, app };
}
