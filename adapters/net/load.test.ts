import { expect, it } from 'vitest';
import { createLoad } from './load.ts';

it('lets some begin at once, and the others a round of the event loop later', async () => {
  const { admit } = createLoad();
  let rounds = 0;
  let counting = true;
  const count = () => {
    rounds++;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  for (let begun = 0; begun < 500; begun++) await admit();
  counting = false;
  expect(rounds).toBeGreaterThan(5);
});

it('knows a loop that hardly rests from one that waits', async () => {
  const { busy } = createLoad();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(busy()).toBe(false);
  for (const end = Date.now() + 700; Date.now() < end; ) {
    // Nothing else: that is the work.
  }
  expect(busy()).toBe(true);
});
