import type { JSX } from 'react';
import type { Translate } from '../messages/index.ts';

interface ReferenceProps {
  readonly t: Translate;
  readonly code?: string;
  /** Null where it is not known. */
  readonly id: string | null;
}

/** What a person reads out to the support that they call, out of sight until then: the error's code, and the request's id. */
export function Reference({ t, code, id }: ReferenceProps): JSX.Element | null {
  if (!code && !id) return null;
  return (
    <details className="bk-small">
      <summary>{t('details')}</summary>
      {code && t('errorCode', { code })}
      {code && id && <br />}
      {id && (
        <>
          {t('requestId')} <span className="bk-id">{id}</span>
        </>
      )}
    </details>
  );
}
