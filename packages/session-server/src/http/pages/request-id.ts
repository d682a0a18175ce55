import type { Response } from 'express';
import { REQUEST_ID_HEADER } from '../../telemetry/index.ts';

/** The id under which the operator finds this request in the log. */
export function requestIdOf(response: Response): string | undefined {
  return response.get(REQUEST_ID_HEADER);
}
