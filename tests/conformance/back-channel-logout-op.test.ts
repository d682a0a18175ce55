import { describe } from 'vitest';
import { BACK_CHANNEL_MODULES } from './back-channel-logout-modules.ts';
import { BACK_CHANNEL_OP } from './plans.ts';
import { testPlan } from './run-plan.ts';
import { openSuite } from './suite.ts';

describe('FT-D9a: Back-Channel OP', () => {
  testPlan(BACK_CHANNEL_OP, BACK_CHANNEL_MODULES, () => openSuite({ responseMode: 'query' }));
});
