import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { html, sendPage } from './html.ts';

it('a template escapes what it is given, and joins lists of what is HTML already', () => {
  const items = ['<b>', `"'&`].map((item) => html`<i title="${item}">${item}</i>`);
  expect(html`<p>${items}${null}${5}</p>`.text).toBe(
    '<p><i title="&lt;b&gt;">&lt;b&gt;</i><i title="&quot;&#39;&amp;">&quot;&#39;&amp;</i>5</p>',
  );
});

it('a page’s style is the one that its policy allows', async () => {
  const app = express();
  app.get('/', (_req, res) => sendPage(res, { title: 'T', provider: 'P', body: html`<h1>B</h1>` }));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const style = /<style>(.*?)<\/style>/s.exec(await response.text())?.[1] ?? '';
  server.close();
  const hash = createHash('sha256').update(style).digest('base64');
  expect(style).toContain('font');
  expect(response.headers.get('content-security-policy')).toContain(`'sha256-${hash}'`);
});
