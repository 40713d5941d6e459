import { expect, it } from 'vitest';
import { brakesOf, isNews, isSignedIn, LONGEST_SESSION_MS } from './sessions.ts';

const MINUTE = 60_000;
const IDLE = 120 * MINUTE;
const T0 = Date.UTC(2026, 10, 20, 10);
const session = { id: 'x', user: 'sara', begunAt: T0, seenAt: T0 };

it('ends after so long without a deed, after a week, and with a new password', () => {
  expect(isSignedIn(session, T0 + IDLE - 1, IDLE)).toBe(true);
  expect(isSignedIn(session, T0 + IDLE, IDLE)).toBe(false);
  const busy = { ...session, seenAt: T0 + LONGEST_SESSION_MS - 1 };
  expect(isSignedIn(busy, T0 + LONGEST_SESSION_MS - 1, IDLE)).toBe(true);
  expect(isSignedIn(busy, T0 + LONGEST_SESSION_MS, IDLE)).toBe(false);
  expect(isSignedIn(session, T0 + 1, IDLE, T0)).toBe(true);
  expect(isSignedIn(session, T0 + 1, IDLE, T0 + 1)).toBe(false);
});

it('is noted once a minute', () => {
  expect([isNews(session, T0 + MINUTE - 1), isNews(session, T0 + MINUTE)]).toEqual([false, true]);
});

it('brakes by name and address, by name and by address, and quotes none of them', () => {
  const hash = (text: string) => `#${text.length}`;
  const { caps, until } = brakesOf('sara', '203.0.113.9', T0 + MINUTE, hash);
  expect(caps.map(({ limit }) => limit)).toEqual([5, 50, 30]);
  expect(new Set(caps.map(({ cap }) => cap)).size).toBe(3);
  expect(JSON.stringify(caps)).not.toMatch(/sara|203/);
  expect(until).toBe(T0 + 10 * MINUTE);
  expect(brakesOf('sara', '203.0.113.9', until, hash).caps[0]!.cap).not.toBe(caps[0]!.cap);
  expect(brakesOf('sara', '203.0.113.9', until - 1, hash).caps).toEqual(caps);
});
