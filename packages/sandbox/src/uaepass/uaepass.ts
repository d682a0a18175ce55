import express, { type Router } from 'express';
import type { PartContext } from '../part.ts';
import { createAccounts } from './accounts.ts';
import { createApp, type UaePassApp } from './app.ts';
import { mountApi } from './api.ts';
import { mountAuthorize } from './authorize.ts';
import { createRequests } from './requests.ts';

export interface UaePass {
  readonly router: Router;
  /** The app on the sandbox's phone. */
  readonly app: UaePassApp;
}

export function createUaePass(context: PartContext): UaePass {
  const accounts = createAccounts(context.people);
  const requests = createRequests(context.now, context.random);
  const router = express.Router();
  mountAuthorize(router, context, accounts, requests);
  mountApi(router, context, requests);
  return { router, app: createApp(accounts, requests) };
}
