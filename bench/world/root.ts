import { join } from 'node:path';

/** The checkout that this bench is of. */
export const ROOT: string = join(import.meta.dirname, '../..');
