import { expect, test } from 'vitest';
import { createRing, type Ring } from './ring.ts';

/** 20 ms, all bytes of one value. */
const frame = (value: number) => new Uint8Array(640).fill(value);
const rest = (ring: Ring) => {
  const out: [value: number, bytes: number][] = [];
  for (let next = ring.next(); next; next = ring.next()) out.push([next[0]!, next.length]);
  return out;
};
function filled(frames: number): Ring {
  const ring = createRing();
  for (let value = 0; value < frames; value++) ring.push(frame(value));
  return ring;
}

test('each frame is sent once, and again from where it is asked for', () => {
  const ring = filled(5);
  expect(rest(ring).map(([value]) => value)).toEqual([0, 1, 2, 3, 4]);
  expect(ring.waiting()).toBe(0);
  ring.rewind(60);
  expect(ring.waiting()).toBe(2);
  ring.push(frame(5));
  expect(rest(ring).map(([value]) => value)).toEqual([3, 4, 5]);
});

test('from the middle of a frame, to the sample', () => {
  const ring = filled(3);
  rest(ring);
  ring.rewind(25);
  expect(rest(ring)).toEqual([
    [1, 480],
    [2, 640],
  ]);
  // The time goes on from there.
  ring.rewind(40);
  expect(rest(ring)).toEqual([[2, 640]]);
});

test('what is stored is forgotten, what was not sent is not', () => {
  const ring = filled(4);
  for (let sent = 0; sent < 3; sent++) ring.next();
  ring.forget(45);
  ring.rewind(0);
  expect(rest(ring).map(([value]) => value)).toEqual([2, 3]);
  const late = filled(2);
  late.forget(1_000);
  expect(rest(late).length).toBe(2);
});

test('a minute is kept, and the time is right also where more was said', () => {
  const ring = filled(4_000);
  expect(ring.waiting()).toBe(3_000);
  rest(ring);
  ring.rewind(500);
  expect(rest(ring).length).toBe(3_000);
  // The oldest that is left counts as what was asked for.
  ring.rewind(520);
  expect(rest(ring).length).toBe(2_999);
});

test('a server that knows of more than is here is believed', () => {
  const ring = filled(2);
  rest(ring);
  ring.rewind(1_000);
  ring.push(frame(9));
  expect(rest(ring)).toEqual([[9, 640]]);
  ring.rewind(1_000);
  expect(rest(ring)).toEqual([[9, 640]]);
});
