import { useRef, type JSX, type ReactNode } from 'react';
import { own } from '../own.ts';
import { Icon } from './icon.tsx';
import { useBeforePaint } from './use-latest.ts';

interface DialogProps {
  readonly label: string;
  readonly closeLabel: string;
  /** By the button, Escape, or the phone's back gesture. */
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus inside and gives it back when closed. */
export function Dialog({ label, closeLabel, onClose, children }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useBeforePaint(() => {
    const element = dialog.current;
    if (!element) return;
    const before = own(element.getRootNode() as Document | ShadowRoot, 'activeElement');
    element.showModal();
    element.querySelector<HTMLElement>('.bk-title')?.focus();
    return () => {
      element.close();
      // Taken out of the page in the same moment, it would give the focus to nothing.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      className="bk-dialog"
      ref={dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <button
        type="button"
        className="bk-quiet bk-dismiss"
        data-tone="muted"
        aria-label={closeLabel}
        onClick={() => onClose()}
      >
        <Icon name="cross" size={20} />
      </button>
      {children}
    </dialog>
  );
}
