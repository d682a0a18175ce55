import { describe } from 'vitest';
import { RP_INITIATED_MODULES } from './rp-initiated-logout-modules.ts';
import { RP_INITIATED_OP } from './plans.ts';
import { testPlan } from './run-plan.ts';
import { openSuite } from './suite.ts';

describe('FT-D9a: RP-Initiated OP', () => {
  testPlan(RP_INITIATED_OP, RP_INITIATED_MODULES, () => openSuite({ responseMode: 'query' }));
});
