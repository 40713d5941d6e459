/** What a turn costs the store, through all gates of a flow: counted where the statements are run. */
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dragomanFlow, WEBHOOK } from '../../bench/flows.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';

const TURNS = 10;
const NAMES = ['run', 'get', 'all', 'iterate'] as const;
const { exec } = DatabaseSync.prototype;
const originals = NAMES.map((name) => StatementSync.prototype[name]);

let bot: Dragoman;
/** What was run since somebody last looked. */
let ran: string[] = [];

beforeAll(async () => {
  for (const [index, name] of NAMES.entries())
    StatementSync.prototype[name] = function counted(this: StatementSync, ...given: never[]) {
      ran.push(this.sourceSQL);
      return (originals[index] as (...given: never[]) => never).apply(this, given);
    };
  DatabaseSync.prototype.exec = function counted(sql) {
    ran.push(sql);
    return exec.call(this, sql);
  };
  const flow = dragomanFlow('static').filter(({ id }) => id !== 'account') as FlowItem[];
  bot = await startDragoman({ flows: [accountConfig('account', { language: 'es' }), ...flow] });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  for (const [index, name] of NAMES.entries()) StatementSync.prototype[name] = originals[index] as never;
  DatabaseSync.prototype.exec = exec;
});

it('is four durable steps and ten statements, with one text in and one out', async () => {
  const shown = (id: number) => bot.shown({ thread: String(id) }).length;
  const turn = async (id: number, number: number) => {
    const before = shown(id);
    await bot.happens('telegram', WEBHOOK, { kind: 'text', customer: { id }, text: `¿Y el pedido #${number}?` });
    await bot.until(() => shown(id) > before);
    // The platform's answer and the end of the turn.
    await new Promise((resolve) => setTimeout(resolve, 100));
  };
  // A customer of his own for each, who is known already: nobody types as fast as one alone would have to.
  const customers = Array.from({ length: TURNS }, (_, index) => 5_000 + index);
  for (const id of customers) await turn(id, 1);
  // Theirs are written now, and are none of those that are counted.
  await bot.engine.recorder.flush();
  ran = [];
  for (const id of customers) await turn(id, 2);
  // Of each turn at most one, and perhaps of the last one before.
  const ways = ran.filter((sql) => /^\s*insert into trace\b/.test(sql)).length;
  expect(ways).toBeGreaterThan(0);
  expect(ways).toBeLessThanOrEqual(TURNS + 1);
  ran = ofTurns(ran);
  const other = ran.filter((sql) => !/^\s*(begin|pragma|rollback|commit)/i.test(sql));
  const steps = ran.filter((sql) => /^\s*commit/i.test(sql)).length / TURNS;
  // It counts at all.
  expect(steps).toBeGreaterThan(2);
  expect(steps).toBeLessThanOrEqual(4);
  expect(other.length / TURNS, other.slice(0, 20).join('\n')).toBeLessThanOrEqual(10);
}, 30_000);

/**
 * Without what is stored beside the turns, of all that ended since, for nobody who waits: figures every five seconds, and the ways that turns took a quarter of a
 * second after the first of them. Where turns come one at a time, as here, that is a step and a statement more for each; where many come, hardly any.
 */
function ofTurns(all: string[]): string[] {
  const isBeside = (sql: string) => /\b(tally|trace)\b/.test(sql);
  const kept: string[] = [];
  let step: string[] = [];
  for (const sql of all) {
    step.push(sql);
    if (!/^\s*(commit|rollback)/i.test(sql)) continue;
    const work = step.filter((one) => !/^\s*(begin|pragma|commit|rollback)/i.test(one));
    if (!work.length || !work.every(isBeside)) kept.push(...step.filter((one) => !isBeside(one)));
    step = [];
  }
  return [...kept, ...step];
}
