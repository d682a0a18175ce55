import { createHash } from 'node:crypto';
import type { ConnectorMark } from '@beckon/protocol';
import type { Settings } from '../config/index.ts';
import type { Picture } from '../connectors/connector.ts';
import { MARKS_PATH } from '../http/routes/mark-routes.ts';

/** Where the pictures of apps are, and what they are. */
export interface Marks {
  /** By connector; one that has no picture is left out. */
  readonly offered: ReadonlyMap<string, ConnectorMark>;
  /** By the name under `/marks/`. */
  readonly files: ReadonlyMap<string, Picture>;
}

/** A file is named by its content, so that a browser may keep it for good. */
export function marksOf({ issuer, connectors }: Pick<Settings, 'issuer' | 'connectors'>): Marks {
  const files = new Map<string, Picture>();
  const addressOf = (picture: Picture): string => {
    const hash = createHash('sha256').update(picture.content).digest('base64url').slice(0, 16);
    const name = `${hash}.${picture.type === 'image/png' ? 'png' : 'svg'}`;
    files.set(name, picture);
    return `${issuer}${MARKS_PATH}/${name}`;
  };
  const offered = new Map(
    connectors.flatMap(({ id, mark }) =>
      mark ? [[id, { light: addressOf(mark.light), dark: addressOf(mark.dark) }] as const] : [],
    ),
  );
  return { offered, files };
}
