import { expect, it } from 'vitest';
import { createLoad } from './load.ts';

function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; ) {
    // Nothing else: that is the work.
  }
}

/** Rounds of the event loop, each with so much other work, until so many turns have begun. */
async function roundsFor(turns: number, workMs: number): Promise<number> {
  const { admit } = createLoad();
  let rounds = 0;
  let counting = true;
  const count = () => {
    rounds++;
    work(workMs);
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  for (let begun = 0; begun < turns; begun++) await admit();
  counting = false;
  return rounds;
}

it('lets some begin at once, and the others a round of the event loop later', async () => {
  expect(await roundsFor(500, 0)).toBeGreaterThan(5);
});

it('lets fewer begin in a round where rounds are long, down to one', async () => {
  // 32 a round would be three.
  expect(await roundsFor(80, 30)).toBeGreaterThan(20);
});

it('knows a loop that hardly rests from one that waits', async () => {
  const { busy } = createLoad();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(busy()).toBe(false);
  work(700);
  expect(busy()).toBe(true);
});

it('knows a flood after a long rest', async () => {
  const { admit, busy } = createLoad();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await admit();
  work(700);
  expect(busy()).toBe(true);
});
