/** Writes the OpenAPI document of the admin API, which the server sends: after a change of `admin/routes.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminDocument } from '../packages/session-server/src/admin/document.ts';
import { ROOT } from './steps.ts';

const file = join(ROOT, 'packages/session-server/src/admin/openapi.json');
writeFileSync(file, `${JSON.stringify(adminDocument(), null, 2)}\n`);
