import {
  type Connector,
  type ConnectorConfig,
  type ConnectorContext,
  NO_CAPABILITIES,
  unavailable,
} from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import type { UpstreamCapability, UpstreamStatus } from '../connector.ts';
import { createAllowance } from './allowance.ts';
import { createPasbyApi } from './api.ts';
import { begin, describe, type ProviderState, keptSchema, reasonOf } from './begin.ts';
import { follow } from './follow.ts';
import { opensAny } from './id-claims.ts';
import { identityOf } from './identity.ts';
import { type PasbyOptions, type ResolvedPasbyOptions, resolvePasbyOptions } from './options.ts';
import type { Opens } from './state.ts';

export type { PasbyOptions } from './options.ts';

/** pasby. Mistakes in the options are reported when the configuration is checked. */
export const pasby: (options: PasbyOptions) => ConnectorConfig = defineConnector({
  id: 'pasby',
  check: resolvePasbyOptions,
  open: openPasby,
});

function openPasby(options: ResolvedPasbyOptions, context: ConnectorContext): Connector {
  return {
    ...NO_CAPABILITIES,
    id: options.id,
    names: options.names,
    install: options.installUrl ?? null,
    // pasby's documentation prescribes #DD3E3E, #FFFFFF and #2D3131.
    button: { background: '#dd3e3e', text: '#ffffff' },
    modes: options.modes,
    verifies: { number: false, network: false },
    // It says nothing of how sure it is.
    reaches: [],
    upstream: openUpstream(options, context),
  };
}

function openUpstream(options: ResolvedPasbyOptions, context: ConnectorContext): UpstreamCapability {
  const { now, timers } = context;
  const api = createPasbyApi(options, context);
  const allowance = createAllowance(options, context, () => api.assertWelcome());
  const opens: Opens = (claims, providerState) => opensAny(claims, providerState.claims, options.privateKey);
  return {
    shows_words: true,
    start: (start) => begin(start, options, { api, allowance, now }),
    async *follow(given, _start, signal): AsyncGenerator<UpstreamStatus> {
      const providerState = keptOf(given);
      for await (const state of follow(providerState, { api, allowance, now, opens, timers }, signal)) {
        if (state.type === 'confirmed') {
          const identity = await identityOf(state.completed, providerState, options, timers);
          yield { status: 'confirmed', identity, tokens: null };
        } else yield { status: state.type };
      }
    },
    async cancel(given) {
      const providerState = keptOf(given);
      if (providerState.expires_at <= now()) return;
      await allowance.cancel();
      const answer = await api.cancel(providerState.request);
      // It is over either way; only an answer that is none is worth another try.
      if (answer.type === 'broken') throw unavailable(describe(answer, 'cancel'), reasonOf(answer));
    },
  };
}

function keptOf(given: unknown): ProviderState {
  const providerState = keptSchema.safeParse(given);
  if (providerState.success) return providerState.data;
  throw unavailable('pasby: what was kept of the request cannot be read');
}
