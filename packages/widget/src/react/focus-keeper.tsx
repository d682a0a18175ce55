import { Component, createRef, type JSX, type ReactNode } from 'react';
import { own } from '../own.ts';

interface FocusKeeperProps {
  readonly className: string;
  readonly label: string;
  readonly children: ReactNode;
}

/**
 * When what had the focus goes away with its state, the focus would fall back to the top of the
 * page: the heading takes it. A class, because only a class is asked just before the page changes.
 */
export class FocusKeeper extends Component<FocusKeeperProps> {
  readonly #section: { current: HTMLElement | null } = createRef<HTMLElement>();

  override getSnapshotBeforeUpdate(): boolean {
    return this.#hasFocus();
  }

  override componentDidUpdate(_props: unknown, _state: unknown, hadFocus: boolean): void {
    if (hadFocus && !this.#hasFocus()) this.#section.current?.querySelector<HTMLElement>('.bk-title')?.focus();
  }

  #hasFocus(): boolean {
    const section = this.#section.current;
    return section?.contains(own(section.getRootNode() as Document | ShadowRoot, 'activeElement')) ?? false;
  }

  override render(): JSX.Element {
    const { className, label, children } = this.props;
    return (
      <section className={className} ref={this.#section} aria-label={label}>
        {children}
      </section>
    );
  }
}
