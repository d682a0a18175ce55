import { createHash } from 'node:crypto';
import type { ConnectorMark } from '@beckon/protocol';
import type { Settings } from '../config/index.ts';
import type { Picture } from '../connectors/connector.ts';
import { MARKS_PATH } from '../http/routes/mark-routes.ts';
import type { SentMark, SentPicture } from '../workers/index.ts';

/** The pictures of apps as they are in force. */
export interface AppMarks {
  /** Where those of a connector are; none where it has no picture. */
  get(connector: string): ConnectorMark | undefined;
  /** By the name under `/marks/`: also those that the last change replaced, because open pages still name them. */
  file(name: string): Picture | undefined;
  replace(marks: readonly SentMark[]): void;
}

/** A file is named by its content, so that a browser may keep it for good. */
export function createMarks(issuer: string, marks: readonly SentMark[]): AppMarks {
  let now = addressed(issuer, marks);
  let before: ReadonlyMap<string, Picture> = new Map();
  return {
    get: (connector) => now.offered.get(connector),
    file: (name) => now.files.get(name) ?? before.get(name),
    replace(next) {
      const then = addressed(issuer, next);
      // A reload that changed no picture must not drop the ones that open pages have.
      if ([...then.files.keys()].join() === [...now.files.keys()].join()) {
        now = { ...now, offered: then.offered };
        return;
      }
      before = now.files;
      now = then;
    },
  };
}

interface Addressed {
  readonly offered: ReadonlyMap<string, ConnectorMark>;
  readonly files: ReadonlyMap<string, Picture>;
}

function addressed(issuer: string, marks: readonly SentMark[]): Addressed {
  const files = new Map<string, Picture>();
  const addressOf = ({ type, base64 }: SentPicture): string => {
    const content = Buffer.from(base64, 'base64');
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 16);
    const name = `${hash}.${type === 'image/png' ? 'png' : 'svg'}`;
    files.set(name, { type, content });
    return `${issuer}${MARKS_PATH}/${name}`;
  };
  const offered = new Map(
    marks.map(({ connector, light, dark }) => [connector, { light: addressOf(light), dark: addressOf(dark) }]),
  );
  return { offered, files };
}

/** As the configuration has read them; a connector without a picture is left out. */
export function marksOf({ connectors }: Pick<Settings, 'connectors'>): readonly SentMark[] {
  return connectors.flatMap(({ id, mark }) =>
    mark ? [{ connector: id, light: sent(mark.light), dark: sent(mark.dark) }] : [],
  );
}

function sent({ type, content }: Picture): SentPicture {
  return { type, base64: Buffer.from(content).toString('base64') };
}
