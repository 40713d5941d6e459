import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../scenarios/clock.ts';
import { mayOpen } from './origin.ts';
import { createPace } from './pace.ts';
import { pageOf } from './page.ts';
import { newResume, resumeKey } from './resume.ts';

it.each([
  ['https://shop.example/a/b?token=secret#me', 'https://shop.example/a/b'],
  ['http://user:password@shop.example:8080/', 'http://shop.example:8080/'],
  ['https://shop.example', 'https://shop.example/'],
  ['file:///home/ana/x.html', undefined],
  ['javascript:alert(1)', undefined],
  ['/a/b', undefined],
  ['', undefined],
])('of the page %s is kept: %s', (address, kept) => expect(pageOf(address)).toBe(kept));

it('an address that nobody has is none', () => {
  expect(pageOf(`https://shop.example/${'a'.repeat(5_000)}`)).toBeUndefined();
});

describe('who may open a line', () => {
  const allowed = 'https://shop.example, http://localhost:8080 https://www.shop.example/';
  it.each([
    [undefined, true],
    ['https://bot.example', true],
    ['https://shop.example', true],
    ['https://www.shop.example', true],
    ['http://localhost:8080', true],
    ['http://shop.example', false],
    ['https://shop.example.evil.example', false],
    ['https://evil.example', false],
    ['null', false],
    ['', false],
  ])('%s: %s', (origin, may) => expect(mayOpen({ origin, host: 'bot.example' }, allowed)).toBe(may));

  it('nobody of elsewhere where nothing is listed, or no host is told', () => {
    expect(mayOpen({ origin: 'https://shop.example', host: 'bot.example' }, '')).toBe(false);
    expect(mayOpen({ origin: 'null' }, '')).toBe(false);
  });
});

it('a pace: so much at once, then so much in a second', async () => {
  const clock = virtualClock();
  const pace = createPace(clock, { perSecond: 2, atOnce: 3 });
  expect([pace.take(), pace.take(), pace.take(), pace.take()]).toEqual([0, 0, 0, 500]);
  await clock.advance(400);
  expect(pace.take()).toBeGreaterThan(0);
  await clock.advance(101);
  expect([pace.take(), pace.take() > 0]).toEqual([0, true]);
  await clock.advance(60_000);
  expect([pace.take(), pace.take(), pace.take(), pace.take()]).toEqual([0, 0, 0, 500]);
});

it('of the word by which a page comes back a hash is kept, behind when it was made', () => {
  const [one, other] = [newResume(1_000), newResume(2_000)];
  const key = resumeKey(one)!;
  expect(key).toBe(resumeKey(one));
  expect(key).not.toBe(resumeKey(other));
  expect(key < resumeKey(other)!).toBe(true);
  expect(key).not.toContain(one.split('.')[1]);
  for (const word of ['', 'x', one.slice(1), `${one}a`, one.split('.')[0]!]) expect(resumeKey(word)).toBeUndefined();
});
