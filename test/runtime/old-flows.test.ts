/** Flows as the first version wrote them: what is saved loads for ever. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import type { FlowItem } from '../support/harness.ts';

const FIXTURE = path.resolve(import.meta.dirname, '../fixtures/flows-0.1.0');
const saved = readdirSync(FIXTURE)
  .flatMap((file): FlowItem[] => JSON.parse(readFileSync(path.join(FIXTURE, file), 'utf8')))
  .map((node) => ('x' in node || ['tab', 'group'].includes(node.type) ? node : { ...node, config: true }));

let bot: Dragoman;
beforeAll(async () => {
  bot = await startDragoman({ flows: saved, env: { OPENAI_API_KEY: undefined, AI_AUTOREPLY: undefined } });
}, 60_000);
afterAll(() => bot.stop());

it('answer, on each of their accounts, and nothing is in trouble', async () => {
  // Of before there were drafts, queues and messages that nobody asked for.
  expect(saved.filter((node) => node.type === 'dragoman-account' && 'autoReply' in node)).toEqual([]);
  await bot.until(async () => (await bot.engine.knowledge.search('isp-helpdesk', 'internet lento', 1))[0], 20_000);
  const webhooks = '/api/integrations/webhooks';
  const text = '¿Por qué mi internet está lento?';
  await bot.happens('telegram', `${webhooks}/telegram/`, { kind: 'text', customer: { id: 55 }, text });
  await bot.happens('whatsapp', `${webhooks}/whatsapp/`, { kind: 'text', customer: { phone: '573001112233' }, text });
  for (const platform of ['telegram', 'whatsapp'] as const) {
    const answer = await bot.until(() => bot.shown({ platform })[0], 20_000);
    expect(answer.text).toMatch(/internet/i);
  }
  await bot.quiet();
  const turns = await bot.engine.store.turns({ limit: 5 });
  expect(turns.map(({ state, outcome }) => [state, outcome])).toEqual([
    ['done', 'answered'],
    ['done', 'answered'],
  ]);
  expect(bot.engine.registry.troubles()).toEqual([]);
}, 60_000);
