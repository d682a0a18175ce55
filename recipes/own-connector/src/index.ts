/** The company's approval app as a way to sign in: `connectors: [acme({ apiUrl, clientId, apiKey })]`. */
export { acme } from './acme.ts';
export type { AcmeOptions } from './options.ts';
