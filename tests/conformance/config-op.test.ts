import { describe } from 'vitest';
import { CONFIG_MODULES } from './config-modules.ts';
import { CONFIG_OP } from './plans.ts';
import { testPlan } from './run-plan.ts';
import { openSuite } from './suite.ts';

describe('FT-D9a: Config OP', () => {
  testPlan(CONFIG_OP, CONFIG_MODULES, () => openSuite({ responseMode: 'query' }));
});
