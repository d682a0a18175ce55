export interface ConfigIssue {
  /** Where in the configuration, for example `clients[0].redirect_uris[1]`. */
  readonly path: string;
  /** What is wrong and what to write instead. Never quotes a secret. */
  readonly message: string;
}

/** A configuration that cannot be used, with every mistake in it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly issues: readonly ConfigIssue[];
  constructor(issues: readonly ConfigIssue[]) {
    const lines = issues.map(({ path, message }) => `  ${path === '' ? '(configuration)' : path}: ${message}`);
    super(`the configuration has ${issues.length} mistake${issues.length === 1 ? '' : 's'}:\n${lines.join('\n')}`);
    this.issues = issues;
  }
}
