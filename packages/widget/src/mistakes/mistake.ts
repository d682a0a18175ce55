/** The mistakes, by the headings of docs/guides/mistakes.md. */
export type MistakeId =
  | 'origin_not_allowed'
  | 'other-refusals'
  | 'setup_connect_src'
  | 'setup_frame'
  | 'setup_frame_src'
  | 'setup_module'
  | 'setup_opaque_origin'
  | 'setup_request_url'
  | 'setup_sandbox'
  | 'setup_server'
  | 'setup_target';

/** What is told of a mistake. */
export interface Mistake {
  readonly id: MistakeId;
  /** What is wrong, and what to do, in a sentence or two: the page says the rest. */
  readonly says: string;
  /** What the sign-in fails with. Default: the id. */
  readonly code?: string;
}

/** A page whose origin is `null`: no client can register that, and the server refuses it. */
export function opaqueOrigin(): Mistake | null {
  if (self.origin !== 'null') return null;
  const todo = location.protocol === 'file:' ? 'Serve it by http.' : 'A sandbox around it needs allow-same-origin.';
  return { id: 'setup_opaque_origin', says: `this page's origin is null. ${todo}` };
}
