import type { SessionView, SignInState } from '../../session/index.ts';
import type { Detour, Screen, View } from '../screen.ts';
import { busy } from './busy.tsx';
import { cancelled } from './cancelled.tsx';
import { choosing } from './choosing.tsx';
import { completed } from './completed.tsx';
import { confirmed } from './confirmed.tsx';
import { declined } from './declined.tsx';
import { direct } from './direct.tsx';
import { expired } from './expired.tsx';
import { failed } from './failed.tsx';
import { identifier, identifierFor } from './identifier.tsx';
import { qr } from './qr.tsx';
import { retrieved } from './retrieved.tsx';
import { sameDevice } from './same-device.tsx';
import { starting } from './starting.tsx';

type Draw = { readonly [P in SignInState['phase']]: (view: View<P>, session: SessionView | null) => Screen };

/** What each state looks like. */
const DRAW: Draw = {
  idle: starting,
  starting,
  choosing: (view) => choosing(view, view.state.session),
  busy,
  identifier,
  qr,
  same_device: sameDevice,
  direct,
  retrieved,
  confirmed,
  completed,
  declined,
  expired,
  cancelled,
  failed,
};

/** Every state that there is to draw. */
export const PHASES: readonly SignInState['phase'][] = Object.keys(DRAW) as SignInState['phase'][];

/** What to show: the person's detour, else the state itself. `session`: the last one known. */
export function screenFor(view: View, session: SessionView | null, detour: Detour | null): Screen {
  if (detour?.to === 'choices' && session) return choosing(view, session);
  if (detour?.to === 'identifier') return identifierFor(view, detour.connector);
  // The phase chose the drawer, which the type of a look-up cannot say.
  const draw = DRAW[view.state.phase] as (view: View, session: SessionView | null) => Screen;
  return draw(view, session);
}
