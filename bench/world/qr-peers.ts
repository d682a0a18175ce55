/** What draws a code, ours and `qrcode.react`, as a script that a page runs: bundled when it is asked for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rolldown } from 'tsdown';
import { ROOT } from './root.ts';

/** What the script puts into the page. */
export interface Drawer {
  /** Draws the text in the place of the one before, into the same picture. */
  draw(text: string): void;
}

/** Versions as they are installed. */
export function versionOf(name: string): string {
  const file = join(ROOT, 'bench/node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

const PEER = `
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { QRCodeSVG } from 'qrcode.react';
window.peerIn = (box) => {
  const root = createRoot(box);
  return { draw: (value) => flushSync(() => root.render(createElement(QRCodeSVG, { value, level: 'M', marginSize: 4, size: 260 }))) };
};`;

/** One classic script with React in it, as a website's own bundle has it. */
export async function peerScript(): Promise<string> {
  const entry = '\0peer';
  const { output } = await Rolldown.build({
    input: entry,
    cwd: join(ROOT, 'bench'),
    write: false,
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    plugins: [
      {
        name: 'peer',
        resolveId: (id, importer) =>
          id === entry ? id : importer === entry ? { id: import.meta.resolve(id).replace('file://', '') } : null,
        load: (id) => (id === entry ? PEER : null),
      },
    ],
    output: { format: 'iife', minify: true },
  });
  return output[0].code;
}
