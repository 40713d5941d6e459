/** A human who writes at any moment of a generation: the bot says nothing after him. Swept over the whole turn. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LlmStandIn, startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';

const CRM = '/api/crm/webhooks/whatsapp/';
const STEPS = 60;
/** Quiet window, the model's time and the send are over well before the last step: so long at least, on a slow machine longer. */
const LAST_MS = 900;

let bot: Dragoman;
let llm: LlmStandIn & { url: string; close(): Promise<void> };

beforeAll(async () => {
  llm = await startLlm();
  llm.fault = { kind: 'delay', ms: 250 };
  bot = await startDragoman({ env: { CRM_OPENAI_BASE_URL: llm.url, CRM_OPENAI_API_KEY: 'test' } });
});
afterAll(async () => {
  await bot.stop();
  await llm.close();
});

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns how long an answer takes in which nobody comes between; milliseconds */
async function undisturbed(phone: string): Promise<number> {
  const begun = performance.now();
  const customer = { phone, name: 'Giulia' };
  await bot.happens('whatsapp', CRM, { kind: 'text', customer, text: 'Buongiorno, ho un problema con il sito.' });
  await bot.until(() => bot.shown({ thread: phone })[0], 20_000);
  return performance.now() - begun;
}

/** @returns how many messages the bot had on their way when the human's was taken, and how many it sent that were not. */
async function interrupt(afterMs: number, lastMs: number, phone: string): Promise<{ answered: boolean; late: number }> {
  const customer = { phone, name: 'Giulia' };
  await bot.happens('whatsapp', CRM, { kind: 'text', customer, text: 'Buongiorno, ho un problema con il sito.' });
  await wait(afterMs);
  expect((await bot.happens('whatsapp', CRM, { kind: 'echo', customer, text: 'Ti aiuto io.' })).status).toBe(200);
  const [conversation] = (await bot.engine.store.conversations({ limit: 500 })).filter((each) =>
    JSON.stringify(each.address).includes(phone),
  );
  const onItsWay = conversation!.openSend ? 1 : 0;
  const before = bot.shown({ thread: phone }).length;
  await wait(lastMs + 600);
  const after = bot.shown({ thread: phone }).length;
  return { answered: after > 0, late: Math.max(0, after - before - onItsWay) };
}

it('says nothing after a human, whenever he comes', async () => {
  const results: { afterMs: number; answered: boolean; late: number }[] = [];
  const lastMs = Math.max(LAST_MS, 3 * (await undisturbed('393336999999')));
  const steps = Array.from({ length: STEPS }, (_, index) => (index * lastMs) / STEPS);
  await Promise.all(
    steps.map(async (afterMs, index) => {
      await wait(index * 25);
      results.push({ afterMs, ...(await interrupt(afterMs, lastMs, `39333${7_000_000 + index}`)) });
    }),
  );
  expect(results.filter((result) => result.late > 0)).toEqual([]);
  // The sweep reached from before the generation to after the answer.
  expect(results.some((result) => !result.answered)).toBe(true);
  expect(results.some((result) => result.answered)).toBe(true);
}, 60_000);
