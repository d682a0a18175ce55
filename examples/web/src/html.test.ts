import { expect, test } from 'vitest';
import { html } from './html.ts';

test('every part is escaped, in text and in attributes', () => {
  const name = `<img src=x onerror="alert('1')"> & co`;
  const { text } = html`<p title="${name}">${name}</p>`;
  expect(text, 'a name became markup').not.toMatch(/<img|onerror="/);
  expect(text).toContain('&#60;img');
});

test('templates nest, lists are joined, nothing is shown for null', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
  const { text } = html`<ul>
    ${items}${null}${undefined}${3}
  </ul>`;
  expect(text.replace(/\s+/g, '')).toBe('<ul><li>a</li><li>&#60;b&#62;</li>3</ul>');
});
