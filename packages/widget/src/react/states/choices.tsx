import { useState, type JSX } from 'react';
import type { ConnectorOffer } from '@beckon/protocol';
import type { Translate } from '../../messages/index.ts';
import { Icon } from '../icon.tsx';
import { Mark } from '../mark.tsx';

interface ChoicesProps {
  /** In the order in which they are shown. */
  readonly offers: readonly ConnectorOffer[];
  readonly t: Translate;
  readonly name: (offer: ConnectorOffer) => string;
  /** What is to be said of one; null for nothing. */
  readonly noteOn: (offer: ConnectorOffer) => string | null;
  readonly onPick: (offer: ConnectorOffer) => void;
}

/** As many are seen at a glance; of more the person may search one by its name. */
const AT_A_GLANCE = 5;

/**
 * The apps, one button each, and no colour but in the tile: no row may look like *the* way to sign in.
 * A list of buttons and no listbox: each of them acts at once, and nothing stays selected.
 */
export function Choices({ offers, t, name, noteOn, onPick }: ChoicesProps): JSX.Element {
  const [sought, seek] = useState('');
  const many = offers.length > AT_A_GLANCE;
  const found = offers.filter(({ names }) => Object.values(names).some((known) => folded(known).includes(sought)));
  return (
    <>
      {many && (
        <form
          className="bk-search"
          onSubmit={(event) => {
            event.preventDefault();
            if (found.length === 1) onPick(found[0]!);
          }}
        >
          <Icon name="search" size={20} />
          <input
            type="search"
            aria-label={t('findApp')}
            placeholder={t('findApp')}
            autoComplete="off"
            spellCheck={false}
            maxLength={64}
            onInput={({ currentTarget }) => seek(folded(currentTarget.value.trim()))}
          />
        </form>
      )}
      <ul className="bk-choices" data-many={many ? '' : undefined}>
        {found.map((offer) => (
          <li key={offer.id}>
            <button type="button" className="bk-choice" onClick={() => onPick(offer)}>
              <Mark connector={offer} />
              <span className="bk-app">
                {/* Begins where the other names do, whichever way its script runs. */}
                <span className="bk-label">
                  <bdi>{name(offer)}</bdi>
                </span>
                {noteOn(offer) && <span className="bk-last">{noteOn(offer)}</span>}
              </span>
              <Icon name="chevron" size={20} />
            </button>
          </li>
        ))}
        {found.length === 0 && <li className="bk-none">{t('noSuchApp')}</li>}
      </ul>
      {many && (
        <p className="bk-said" aria-live="polite">
          {sought && (found.length > 0 ? t('appsFound', { count: String(found.length) }) : t('noSuchApp'))}
        </p>
      )}
    </>
  );
}

/** Without case and marks, so that `didit` finds “Dídit”, and the Arabic `ا` finds “أ”. */
function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
