import { describe, expect, test } from 'vitest';
import { complete, tell, tellComplete, type Completion, type CompletionOptions } from './events.ts';

const CODE = 'https://shop.example/cb?code=1';

function visited(options: CompletionOptions): readonly string[] {
  const urls: string[] = [];
  complete(CODE, options, (url) => urls.push(url));
  return urls;
}

describe('the redirect', () => {
  test.each<[string, CompletionOptions, readonly string[]]>([
    ['happens with no handler', {}, [CODE]],
    ['happens with a handler that observes', { onComplete: () => {} }, [CODE]],
    ['is prevented by the handler', { onComplete: (completion) => completion.preventDefault() }, []],
    ['is prevented by `redirect: false`', { redirect: false }, []],
    ['is not brought back by a handler that prevents nothing', { redirect: false, onComplete: () => {} }, []],
  ])('%s', (_, options, urls) => {
    expect(visited(options)).toEqual(urls);
  });

  test('happens when a handler throws, whose error the page sees', () => {
    const urls: string[] = [];
    const onComplete = (): never => {
      throw new Error('an analytics script');
    };
    expect(() => complete(CODE, { onComplete }, (url) => urls.push(url))).toThrow('an analytics script');
    expect(urls).toEqual([CODE]);
  });

  test('comes after every handler, and once', () => {
    const order: string[] = [];
    let late: Completion | undefined;
    const onComplete = (completion: Completion): void => {
      order.push('told');
      late = completion;
    };
    complete(CODE, { onComplete }, () => order.push('gone'));
    late?.preventDefault();
    expect(order).toEqual(['told', 'gone']);
  });
});

describe('as DOM events', () => {
  function heardOf(prevents: boolean): { readonly detail: unknown; readonly urls: readonly string[] } {
    const target = new EventTarget();
    let detail: unknown;
    target.addEventListener('beckon-complete', (event) => {
      ({ detail } = event as CustomEvent<unknown>);
      if (prevents) event.preventDefault();
    });
    return { urls: visited({ onComplete: tellComplete(target) }), detail };
  }

  test('the redirect follows the listeners in the same way', () => {
    expect(heardOf(false)).toEqual({ detail: { redirectTo: CODE }, urls: [CODE] });
    expect(heardOf(true)).toEqual({ detail: { redirectTo: CODE }, urls: [] });
  });

  test('only the end can be prevented', () => {
    const target = new EventTarget();
    target.addEventListener('beckon-error', (event) => event.preventDefault());
    expect(tell(target, 'beckon-error', { error: 'network' })).toBe(true);
  });
});
