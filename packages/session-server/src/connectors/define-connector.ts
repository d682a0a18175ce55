import type { Connector, ConnectorConfig, ConnectorContext, ConnectorIssue, MarkOptions } from './connector.ts';
import { readMark } from './mark.ts';

/** Options as their check left them: with every default, or with every mistake. */
export type CheckedOptions<Checked> =
  | { readonly ok: true; readonly options: Checked }
  | { readonly ok: false; readonly issues: readonly ConnectorIssue[] };

export interface ConnectorDefinition<Options, Checked extends { readonly id: string }> {
  /** The id where the options name none. */
  readonly id: string;
  /** Checks what the operator wrote without `mark`, which every connector has, whatever its type says. Throws nothing, and repeats no value in a message. */
  check(options: Options): CheckedOptions<Checked>;
  /** Options that are right, and wrong on a server of this issuer. Default: none are. */
  checkAt?(options: Checked, issuer: string): readonly ConnectorIssue[];
  /** Called only with options that are right. Fetches nothing. */
  open(options: Checked, context: ConnectorContext): Connector | Promise<Connector>;
}

/**
 * Makes the function that an operator calls in the configuration, such as `wallet`, of a check and an opening. The function
 * also takes `mark`, the app's picture, and checks it.
 */
export function defineConnector<
  Options extends { readonly id?: string | undefined },
  Checked extends { readonly id: string },
>(definition: ConnectorDefinition<Options, Checked>): (options: Options & MarkOptions) => ConnectorConfig {
  return (given) => {
    const { options, mark } = apart(given);
    const checked = definition.check(options);
    const pictures = readMark(mark);
    return {
      id: checked.ok ? checked.options.id : ((options as Options | null | undefined)?.id ?? definition.id),
      issues: [...(checked.ok ? [] : checked.issues), ...pictures.issues],
      mark: pictures.mark,
      issuesAt: (issuer) => (checked.ok ? (definition.checkAt?.(checked.options, issuer) ?? []) : []),
      async open(context) {
        if (!checked.ok) throw new TypeError(`the connector ${definition.id} has mistakes in its options`);
        return definition.open(checked.options, context);
      },
    };
  };
}

/** Takes `mark` out of the options, which are another package's and may be anything. */
function apart<Options>(given: Options & MarkOptions): { readonly options: Options; readonly mark: unknown } {
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, 'mark'))
    return { options: given, mark: undefined };
  const { mark, ...rest } = given;
  return { options: rest as unknown as Options, mark };
}
