import { describe } from 'vitest';
import { BASIC_MODULES } from './basic-modules.ts';
import { FORM_POST_OP } from './plans.ts';
import { testPlan } from './run-plan.ts';
import { openSuite } from './suite.ts';

describe('FT-D9a: Form Post OP', () => {
  testPlan(FORM_POST_OP, BASIC_MODULES, () => openSuite({ responseMode: 'form_post' }));
});
