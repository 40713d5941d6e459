import { expect, it } from 'vitest';
import { newId, newSession } from './ids.ts';

it('makes a UUIDv7 that begins with its time and is like no other', () => {
  const at = Date.UTC(2026, 10, 20, 12);
  const id = newId(at);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at);
  expect(new Set(Array.from({ length: 1_000 }, () => newId(at))).size).toBe(1_000);
  expect([newId(at + 1), newId(at)].sort()[0]!.slice(0, 13)).toBe(id.slice(0, 13));
});

it('makes session keys that tell nothing', () => {
  expect(newSession()).toMatch(/^s_[0-9a-f]{32}$/);
  expect(newSession()).not.toBe(newSession());
});
