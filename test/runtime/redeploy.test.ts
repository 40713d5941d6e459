/** Deploys while customers write: a deploy costs nobody an answer. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';

const TELEGRAM = '/api/integrations/webhooks/telegram/';
const DEPLOYS = 50;
const CLIENTS = 8;

let bot: Dragoman;
beforeAll(async () => {
  bot = await startDragoman();
});
afterAll(() => bot.stop());

it(`answers every message once over ${DEPLOYS} full deploys`, async () => {
  const flows = await shippedFlows();
  let deploying = true;
  let person = 800_000;
  const statuses: number[] = [];
  const people: string[] = [];
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (deploying) {
      const id = ++person;
      people.push(String(id));
      const { body, headers } = bot.simulator.webhook('telegram', { kind: 'text', customer: { id }, text: 'Hola.' });
      const response = await fetch(bot.runtime.url + TELEGRAM, {
        method: 'POST',
        body,
        headers,
        signal: AbortSignal.timeout(10_000),
      });
      await response.text();
      statuses.push(response.status);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  for (let count = 0; count < DEPLOYS; count++) {
    await bot.runtime.deploy(flows);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  deploying = false;
  await Promise.all(clients);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  await bot.until(() => people.every((thread) => bot.shown({ thread }).length > 0), 20_000);
  await bot.quiet();
  expect(people.filter((thread) => bot.shown({ thread }).length !== 1)).toEqual([]);
  expect(await bot.engine.store.turns({ state: 'dead', limit: 5 })).toEqual([]);
}, 120_000);
