import { afterAll, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import { check } from '../schema.ts';
import { startSimulator } from '../server.ts';
import { post } from '../testing.ts';

const simulator = await startSimulator();
const TOKEN = '123456:abc';
const call = async (method: string, body: JsonObject = {}, token = TOKEN) => {
  const answer = await post(`${simulator.url}/telegram/bot${token}/${method}`, body);
  return { status: answer.status, ...(answer.body as { result: JsonObject[]; description?: string }) };
};
const says = (text: string, more: object = {}) =>
  simulator.keep('telegram', { kind: 'text', customer: { id: 42 }, text, ...more }, { account: TOKEN });
const texts = ({ result }: { result: JsonObject[] }) => result.map(({ message }) => (message as JsonObject).text);

beforeEach(() => simulator.reset());
afterAll(() => simulator.stop());

test('updates stay until a greater offset confirms them, and belong to their bot', async () => {
  says('one');
  says('two');
  expect(texts(await call('getUpdates'))).toEqual(['one', 'two']);
  const again = await call('getUpdates', { limit: 1 });
  expect(texts(again)).toEqual(['one']);
  expect(check('tg#/$defs/Update', again.result[0]!)).toEqual([]);
  expect((await call('getUpdates', {}, '999:other')).result).toEqual([]);
  expect(await call('getWebhookInfo')).toMatchObject({ result: { pending_update_count: 2 } });
  const next = Number(again.result[0]!.update_id) + 1;
  expect(texts(await call('getUpdates', { offset: next }))).toEqual(['two']);
  says('three');
  expect(texts(await call('getUpdates', { offset: -1 }))).toEqual(['three']);
  expect(texts(await call('getUpdates'))).toEqual(['three']);
});

test('a call that waits is answered by the next update, and a second caller ends the first', async () => {
  const first = call('getUpdates', { timeout: 50 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const second = call('getUpdates', { timeout: 50 });
  expect(await first).toMatchObject({ status: 409, description: expect.stringContaining('other getUpdates') });
  says('hola');
  expect(texts(await second)).toEqual(['hola']);
});

test('there is one way at a time: a webhook refuses those who ask, and ends the one who waits', async () => {
  const waiting = call('getUpdates', { timeout: 50 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await call('setWebhook', { url: 'https://bot.example/hook' });
  expect(await waiting).toMatchObject({ status: 409, description: expect.stringContaining('setWebhook') });
  says('kept');
  expect(await call('getUpdates')).toMatchObject({
    status: 409,
    description: expect.stringContaining('while webhook is active'),
  });
  await call('deleteWebhook');
  expect(texts(await call('getUpdates'))).toEqual(['kept']);
  await call('deleteWebhook', { drop_pending_updates: true });
  expect(texts(await call('getUpdates'))).toEqual([]);
});

test('kinds that were not asked for are not kept, reactions unless they are listed', async () => {
  const reacts = () =>
    simulator.keep(
      'telegram',
      { kind: 'reaction', customer: { id: 42 }, messageId: 1, emoji: '👍' },
      { account: TOKEN },
    );
  reacts();
  expect((await call('getUpdates')).result).toEqual([]);
  await call('getUpdates', { allowed_updates: ['message_reaction'] });
  reacts();
  says('not this');
  expect((await call('getUpdates')).result).toMatchObject([{ message_reaction: { message_id: 1 } }]);
  expect(() => simulator.keep('whatsapp', { kind: 'text', customer: { phone: '1' }, text: 'x' })).toThrow(TypeError);
});
