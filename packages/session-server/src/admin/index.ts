/**
 * The admin port: metrics, the admin API (a table, `routes.ts`, with its schemas and its OpenAPI document), and the
 * console. Owns who is let in, and how calls are read and answered. Depends on `operator` and `console`. Leaves what an
 * act does to `operator`, and where its parts come from to `server/`.
 */
export { type AdminDependencies, createAdmin } from './admin.ts';
export { createDesk, type DeskDependencies } from './desk.ts';
