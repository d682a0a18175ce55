import type { NewEvent } from '../audit/index.ts';

/** Who acts: an operator, by the name of their token, and where they came in. */
export interface Operator {
  readonly name: string;
  readonly via: 'api' | 'command' | 'console';
}

/** What every event of an act says of who did it. */
export function told({ name, via }: Operator): Pick<NewEvent, 'by' | 'data'> {
  return { by: name, data: { via } };
}
