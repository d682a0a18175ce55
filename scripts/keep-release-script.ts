/**
 * Keeps the built script tag for later releases, whose servers go on serving it to pages that were opened
 * before an upgrade. Run it once a release, after the build: `node scripts/keep-release-script.ts`
 */
import { join } from 'node:path';
import { keepRelease } from '../packages/widget/releases.ts';
import { ROOT } from './steps.ts';

const widget = join(ROOT, 'packages/widget');
await keepRelease(join(widget, 'dist/script'), join(widget, 'releases'));
