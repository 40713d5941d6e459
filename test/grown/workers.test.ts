/** Several processes of the product can be ended, stopped in their tracks and started again, each by itself. */
import { expect, it } from 'vitest';
import { startWorkers } from '../support/workers.ts';

it('ends, pauses and starts one worker while the other goes on', async () => {
  await using workers = await startWorkers(2, { DRAGOMAN_SIMULATOR: 'off' });
  const [one, other] = workers.all;
  const answers = (url: string) =>
    fetch(`${url}/health`, { signal: AbortSignal.timeout(1000) }).then(
      (response) => response.ok,
      () => false,
    );
  expect([workers.next(), workers.next(), workers.next()]).toEqual([one, other, one]);
  await one!.kill();
  expect([await answers(one!.url), await answers(other!.url)]).toEqual([false, true]);
  await one!.start();
  expect(await answers(one!.url)).toBe(true);
  other!.pause();
  expect([await answers(one!.url), await answers(other!.url)]).toEqual([true, false]);
  other!.wake();
  expect(await answers(other!.url)).toBe(true);
  expect(await other!.stop()).toBe(0);
  expect(await answers(other!.url)).toBe(false);
});
