/** Why a server of several workers cannot start or go on; for the operator. */
export class WorkersError extends Error {
  override readonly name = 'WorkersError';
}
