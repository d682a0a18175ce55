import { unavailable } from '../connector.ts';
import { type Fit, fittingClaims } from './fitting-claims.ts';

/** Turns what a provider answered into claims; an operator's own mapping has this shape too. */
export type MapClaims = (raw: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/**
 * The claims by an operator's mapping, or else by the connector's. The operator's is a stranger's code
 * that sees personal data: of its failure only the name is told. Both pass the same gate.
 * @throws ConnectorError `connector_unavailable` when it throws or answers no object
 */
export function mappedClaims(
  operators: MapClaims | null | undefined,
  connectors: MapClaims,
  raw: Readonly<Record<string, unknown>>,
  fit: Fit,
): Readonly<Record<string, unknown>> {
  if (operators === null || operators === undefined) return fittingClaims(connectors(raw), fit);
  let claims: unknown;
  try {
    claims = operators(raw);
  } catch (cause) {
    throw unavailable(`the configured mapClaims failed (${cause instanceof Error ? cause.name : typeof cause})`);
  }
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims) || claims instanceof Promise)
    throw unavailable('the configured mapClaims answered no object');
  return fittingClaims(claims as Readonly<Record<string, unknown>>, fit);
}

/** A mapping's claims without those that nothing was said of. */
export function present(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}
