/**
 * A process that changes records of several kinds in one step, again and again, on a store that others change as well:
 * `node stepper.ts <url of MongoDB> <name> <conversations, with commas>`. It tells what the store says is done, a line each.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DragomanError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Plan } from '../../core/ports.ts';
import { openMongo } from '../../stores/mongodb/store.ts';
import { COUNTERS } from './counters.ts';

const [, , url, name, given] = process.argv;
const conversations = given!.split(',');
const pick = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)]!;

/** A message, a lead, and two counters that know what they counted: all of it or nothing, and once. */
function step(word: string, conversationId: string, counters: string[], leadId: string): Plan<void> {
  return (records) => {
    const message = records.insertMessage({
      ...{ id: `message ${word}`, seq: 0, conversationId, accountId: 'acc', direction: 'in', author: 'customer' },
      ...{ text: word, media: [], at: 0, key: word, pending: false, answered: false, turnId: null },
    });
    // It is there already: the answer to an earlier try was lost.
    if (!message) return;
    for (const id of counters) {
      const { days, phone } = records.sender(id) ?? { days: 0, phone: '' };
      records.putSender({ id, days: days + 1, lastAt: 0, phone: `${phone} ${word}` });
    }
    records.insertLead({ id: leadId, contactId: null, conversationId, accountId: 'acc', notes: word, at: 0 });
  };
}

const patiently = async <T>(task: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (!DragomanError.is(error) || !error.retryable) throw error;
      await sleep(50);
    }
  }
};

const store = await patiently(() => openMongo(url!, { key: Buffer.alloc(32, 7) }));
async function work(lane: number): Promise<never> {
  for (let count = 0; ; count++) {
    const word = `${name}.${lane}.${count}`;
    const conversationId = pick(conversations);
    const first = pick(COUNTERS);
    const second = pick(COUNTERS.filter((one) => one !== first));
    const leadId = newId(Date.now());
    await patiently(() => store.run(step(word, conversationId, [first, second], leadId)));
    process.stdout.write(`${JSON.stringify({ word, conversationId, lane: `${name}.${lane}` })}\n`);
  }
}
await Promise.all([0, 1, 2].map(work));
