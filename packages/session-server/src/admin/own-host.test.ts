import type { Request, Response } from 'express';
import { expect, it } from 'vitest';
import { ownHost } from './own-host.ts';

function isLetIn(configured: string, host: string): boolean {
  let isIn = false;
  try {
    void ownHost(configured)({ headers: { host } } as Request, {} as Response, () => (isIn = true));
  } catch {
    return false;
  }
  return isIn;
}

it.each([
  ['127.0.0.1', 'beckon:4403', false],
  ['::1', 'beckon:4403', false],
  ['localhost', 'beckon:4403', false],
  ['127.0.0.1', '127.0.0.1:4403', true],
  ['0.0.0.0', 'beckon:4403', true],
  ['::', 'beckon.internal', true],
  ['10.0.0.5', 'console.example', true],
])('FT-F54: a port at %s that is called %s: let in is %s', (configured, host, isIn) => {
  expect(isLetIn(configured, host)).toBe(isIn);
});
