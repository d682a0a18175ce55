import type { Connector, ConnectorConfig, ConnectorContext, ConnectorIssue } from './connector.ts';

/** Options as their check left them: with every default, or with every mistake. */
export type CheckedOptions<Checked> =
  | { readonly ok: true; readonly options: Checked }
  | { readonly ok: false; readonly issues: readonly ConnectorIssue[] };

export interface ConnectorDefinition<Options, Checked extends { readonly id: string }> {
  /** The id where the options name none. */
  readonly id: string;
  /** Checks what the operator wrote, whatever its type says. Throws nothing, and repeats no value in a message. */
  check(options: Options): CheckedOptions<Checked>;
  /** Options that are right, and wrong on a server of this issuer. Default: none are. */
  checkAt?(options: Checked, issuer: string): readonly ConnectorIssue[];
  /** Called only with options that are right. Fetches nothing. */
  open(options: Checked, context: ConnectorContext): Connector | Promise<Connector>;
}

/** Makes the function that an operator calls in the configuration, such as `wallet`, of a check and an opening. */
export function defineConnector<
  Options extends { readonly id?: string | undefined },
  Checked extends { readonly id: string },
>(definition: ConnectorDefinition<Options, Checked>): (options: Options) => ConnectorConfig {
  return (options) => {
    const checked = definition.check(options);
    return {
      id: checked.ok ? checked.options.id : ((options as Options | null | undefined)?.id ?? definition.id),
      issues: checked.ok ? [] : checked.issues,
      issuesAt: (issuer) => (checked.ok ? (definition.checkAt?.(checked.options, issuer) ?? []) : []),
      async open(context) {
        if (!checked.ok) throw new TypeError(`the connector ${definition.id} has mistakes in its options`);
        return definition.open(checked.options, context);
      },
    };
  };
}
