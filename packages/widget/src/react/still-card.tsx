import { Component, createRef, type JSX, type ReactNode } from 'react';
import { own } from '../own.ts';

interface StillCardProps {
  readonly className: string;
  readonly label: string;
  /** Other states after this one have its height, if they need less: a list of apps says nothing about them. */
  readonly sets: boolean;
  readonly children: ReactNode;
}

interface Before {
  readonly hadFocus: boolean;
  /** Px. */
  readonly height: number;
}

/**
 * What must not jump when a state follows another: the focus and the height. When what had the focus goes
 * away with its state, the focus would fall back to the top of the page: the heading takes it. The card stays
 * as high as the highest state so far, and grows in the style sheet's time. A class, because only a class is
 * asked just before the page changes.
 */
export class StillCard extends Component<StillCardProps> {
  readonly #section: { current: HTMLElement | null } = createRef<HTMLElement>();
  #room: ResizeObserver | undefined;
  #width = 0;
  /** Px, at that width. */
  #highest = 0;
  #growth: Animation | undefined;

  override componentDidMount(): void {
    this.#hold(0);
    // Turned, a phone has another layout, and the height of the last one means nothing.
    this.#room = new ResizeObserver(() => this.#hold(0));
    this.#room.observe(this.#section.current!);
  }

  override componentWillUnmount(): void {
    this.#room?.disconnect();
  }

  override getSnapshotBeforeUpdate(): Before {
    return { hadFocus: this.#hasFocus(), height: this.#section.current!.offsetHeight };
  }

  override componentDidUpdate({ sets }: StillCardProps, _state: unknown, { hadFocus, height }: Before): void {
    const section = this.#section.current!;
    if (hadFocus && !this.#hasFocus()) section.querySelector<HTMLElement>('.bk-title')?.focus();
    // One that is still going on would be measured.
    this.#growth?.cancel();
    this.#hold(sets ? height : 0);
    const { offsetHeight } = section;
    const seconds = Number.parseFloat(getComputedStyle(section).transitionDuration);
    if (height === offsetHeight || !(seconds > 0)) return;
    const [from, to] = [height, offsetHeight].map((px) => ({ minHeight: 0, height: `${px}px` }));
    this.#growth = section.animate([from!, to!], { duration: seconds * 1000, easing: 'ease-out' });
  }

  #hold(height: number): void {
    const section = this.#section.current!;
    const { offsetWidth } = section;
    this.#highest = offsetWidth === this.#width ? Math.max(this.#highest, height) : 0;
    this.#width = offsetWidth;
    section.style.minBlockSize = this.#highest ? `${this.#highest}px` : '';
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
