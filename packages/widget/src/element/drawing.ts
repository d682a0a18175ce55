import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { tell, tellComplete } from '../events.ts';
import { follow } from '../react/destination.ts';
import { Widget } from '../react/sign-in.tsx';
import { ATTRIBUTES, attributesOf } from './attributes.ts';
import { openHosted } from './hosted.ts';

/**
 * A sign-in, drawn into the element's shadow root, and anew when its attributes change.
 * @param scriptOrigin where sign-ins go unless `server` says otherwise; null: the page's own origin.
 * @returns takes it away.
 */
export function drawIn(element: HTMLElement, scriptOrigin: string | null): () => void {
  const root = createRoot(element.shadowRoot ?? element.attachShadow({ mode: 'open' }));
  let continueTo: string | null = null;
  let drawing = false;
  const hosted = openHosted(element, {
    onWish: () => draw(),
    onLink(url) {
      continueTo = url;
      draw();
    },
  });

  /** At the end of the task, however many attributes change in it. */
  function draw(): void {
    if (drawing) return;
    drawing = true;
    queueMicrotask(() => {
      drawing = false;
      if (element.isConnected) render();
    });
  }

  function render(): void {
    const attributes = attributesOf(element);
    root.render(
      createElement(Widget, {
        ...attributes,
        server: element.getAttribute('server') || scriptOrigin || location.origin,
        theme: attributes.theme ?? hosted?.wish.theme,
        locale: attributes.locale ?? hosted?.wish.locale,
        standsAlone: hosted?.standsAlone,
        site: hosted?.site,
        continueTo,
        onStatus(change) {
          hosted?.status(change.status);
          tell(element, 'beckon-status', change);
        },
        onStep(step) {
          hosted?.step(step);
          tell(element, 'beckon-step', step);
        },
        onError(failure) {
          hosted?.error(failure.error);
          tell(element, 'beckon-error', failure);
        },
        onComplete: tellComplete(element),
        go(redirectTo) {
          if (!hosted?.redirect(redirectTo)) follow(redirectTo);
        },
      }),
    );
  }

  const observer = new MutationObserver(draw);
  observer.observe(element, { attributeFilter: [...ATTRIBUTES] });
  draw();
  return () => {
    observer.disconnect();
    root.unmount();
    hosted?.close();
  };
}
