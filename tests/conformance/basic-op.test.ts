import { describe } from 'vitest';
import { BASIC_MODULES } from './basic-modules.ts';
import { BASIC_OP } from './plans.ts';
import { testPlan } from './run-plan.ts';
import { openSuite } from './suite.ts';

describe('FT-D9a: Basic OP', () => {
  testPlan(BASIC_OP, BASIC_MODULES, () => openSuite({ responseMode: 'query' }));
});
