/** A long manual or price list is dropped into the knowledge of a running bot: its webhooks are taken meanwhile, in the order in which things happen. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BaseState } from '../../adapters/knowledge/thread.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';

const TELEGRAM = '/api/integrations/webhooks/telegram/';

let knowledge: string;
let bot: Dragoman;

beforeAll(async () => {
  knowledge = await mkdtemp(path.join(tmpdir(), 'knowledge-'));
  await mkdir(path.join(knowledge, 'isp-helpdesk'));
  await writeFile(path.join(knowledge, 'isp-helpdesk', 'hours.es.md'), '# Horario\n\nAbrimos a las nueve.');
  bot = await startDragoman({ env: { DRAGOMAN_KNOWLEDGE: knowledge } });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await rm(knowledge, { recursive: true, force: true });
});

const errors = Array.from(
  { length: 12_000 },
  (_, n) => `<h3>Error ${n}</h3><p>El aviso ${n} se quita apagando la centralita ${n} durante ${n % 60} minutos.</p>
<table><tr><th>Pieza</th><th>Precio</th></tr><tr><td>P-${n}</td><td>${n % 500} euros</td></tr></table>`,
);
const parts = Array.from(
  { length: 72_000 },
  (_, n) => `REF-${n},Recambio modelo ${n} para la centralita ${n % 97},${n % 500} euros`,
);

it.each([
  [
    'manual.es.html',
    `<!doctype html><html lang="es"><body><main>${errors.join('\n')}</main></body></html>`,
    'aviso 11999',
  ],
  ['recambios.es.csv', `Referencia,Nombre,Precio\n${parts.join('\n')}\n`, 'REF-71999'],
])('takes webhooks while %s is read and while it is indexed', { timeout: 240_000 }, async (file, content, last) => {
  let state: BaseState;
  const stop = bot.engine.knowledge.follow('isp-helpdesk', (now) => (state = now));
  await bot.until(() => state?.kind === 'ready', 60_000);
  const before = state as BaseState;
  await writeFile(path.join(knowledge, 'isp-helpdesk', file), content);
  const taken = { read: 0, indexed: 0 };
  for (let id = 1; state === before || (state as BaseState)?.kind === 'reading'; id++) {
    const sent = state as BaseState;
    // Nobody is to be answered: a turn would cost time of its own.
    const from = { id: 900_000 + id, is_bot: false, first_name: 'Ana' };
    const message = { message_id: id, date: 1, chat: { id: from.id, type: 'private' }, from, left_chat_member: from };
    expect((await bot.post(TELEGRAM, { update_id: content.length + id, message })).status).toBe(200);
    // Of the file: one that was underway all the while between the call and its answer.
    if (sent?.kind !== 'reading' || (state as BaseState)?.kind !== 'reading') continue;
    if (sent.percent === undefined) taken.read++;
    else taken.indexed++;
  }
  stop();
  expect(state).toMatchObject({ kind: 'ready' });
  // A process that reads by itself takes one and then none until it has read.
  expect(taken.read).toBeGreaterThan(5);
  expect(taken.indexed).toBeGreaterThan(5);
  const found = await bot.engine.knowledge.search('isp-helpdesk', last, 1);
  expect(found[0]?.source).toContain(file);
});
