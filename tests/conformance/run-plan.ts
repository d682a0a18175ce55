import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan, Tally } from './plans.ts';
import type { Suite } from './suite.ts';

/** What becomes of a module here, and how that is shown over HTTP. */
export type Module =
  /** `passes` is the module's own pass condition. */
  | { readonly passes: string; readonly run: Run }
  /** The module itself ends as skipped; `run` shows that its reason holds. */
  | { readonly skipped: string; readonly run: Run }
  /** The plan demands what this server does not do: `run` is the module's pass condition, and fails with `as`. */
  | { readonly fails: string; readonly as: string; readonly run: Run };
type Run = (suite: Suite) => void | Promise<void>;

/** What becomes of each module of a plan. */
export type Modules<P extends Plan> = Readonly<Record<P['modules'][number], Module>>;

/** More than that is no conformance. */
const MOST_SKIPPED = 5;

/** One test for each module of a plan, against one started server. */
export function testPlan<const P extends Plan>(plan: P, modules: Modules<P>, open: () => Promise<Suite>): void {
  const { ends } = plan;
  const all = Object.entries<Module>(modules);

  it(`${plan.name} has ${plan.modules.length} modules: ${ends.passes} pass, ${ends.skipped} are skipped, ${ends.fails} fail`, () => {
    expect(all.map(([id]) => id)).toEqual(plan.modules);
    const count = (key: keyof Tally): number => all.filter(([, module]) => key in module).length;
    expect({ passes: count('passes'), skipped: count('skipped'), fails: count('fails') }).toEqual(ends);
    expect(ends.skipped).toBeLessThanOrEqual(MOST_SKIPPED);
  });

  let suite: Suite;
  beforeAll(async () => {
    suite = await open();
  }, 60_000);
  afterAll(() => suite.close());

  for (const [id, module] of all) {
    it(`${id}: ${wordsOf(module)}`, { timeout: 60_000 }, async () => {
      expect(await failureOf(module, suite)).toContain('fails' in module ? module.as : '');
    });
  }
}

/** Why a module fails that is known to; empty where it does not. @throws what fails any other module */
async function failureOf(module: Module, suite: Suite): Promise<string> {
  try {
    await module.run(suite);
    return '';
  } catch (cause) {
    if ('fails' in module) return String(cause);
    throw cause;
  }
}

function wordsOf(module: Module): string {
  if ('passes' in module) return module.passes;
  return 'skipped' in module ? `skipped, ${module.skipped}` : `FAILS, ${module.fails}`;
}
