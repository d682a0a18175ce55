import { expect } from 'vitest';
import type { Page } from './redirect-world.ts';

const PAGE = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

/** A page for a person: says nothing of how it is made, and tells no other site where they were. Not published. */
export function expectPage(page: Page, status: number, words: string): void {
  expect({ status: page.status, location: page.location, text: page.text }).toMatchObject({ status, location: '' });
  for (const [name, value] of Object.entries(PAGE))
    expect({ name, value: page.headers.get(name) }).toEqual({ name, value });
  const policy = page.headers.get('content-security-policy') ?? '';
  for (const part of ["default-src 'none'", "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
    expect(policy).toContain(part);
  expect(page.text).toContain(words);
  expect(page.text).not.toMatch(/\.ts:|node:|upstream|<script|[\w-]{43}/);
}
