import { type BrowserContext, expect } from '@playwright/test';

/** Everything that went wrong in the pages of one browser context, other frames included. */
export class Problems {
  readonly #found: string[] = [];
  readonly #expected: RegExp[] = [];

  static async watch(context: BrowserContext): Promise<Problems> {
    const problems = new Problems();
    await context.exposeBinding('beckonStoryViolation', (_source, text: string) => {
      problems.#found.push(`content policy: ${text}`);
    });
    // Before any script of the page: a violation while it loads counts as well.
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event;
        const report = (globalThis as unknown as { beckonStoryViolation: (text: string) => void }).beckonStoryViolation;
        report(`${effectiveDirective} ${blockedURI} (${location.href}, ${sourceFile}:${lineNumber})`);
      });
    });
    context.on('console', (message) => {
      if (message.type() === 'error') problems.#found.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => problems.#found.push(`uncaught: ${error.error().message}`));
    return problems;
  }

  /** Announces a problem that belongs to the story, for example a connection that it cuts. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  assertNone(): void {
    const unexpected = this.#found.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
    expect(unexpected, 'the pages had problems that the story does not announce').toEqual([]);
  }
}
