import type { JSX } from 'react';
import type { Translate } from '../messages/index.ts';

interface ReferenceProps {
  readonly t: Translate;
  readonly code?: string;
  /** Null where it is not known. */
  readonly id: string | null;
}

/** What a person reads out to the support that they call: the error's code, and the request's id. */
export function Reference({ t, code, id }: ReferenceProps): JSX.Element | null {
  if (!code && !id) return null;
  return (
    <p className="bk-small">
      {code && t('errorCode', { code })}
      {code && id && <br />}
      {id && (
        <>
          {t('requestId')} <span className="bk-id">{id}</span>
        </>
      )}
    </p>
  );
}
