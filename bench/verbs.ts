/** What a store takes for what a turn asks of it, one turn after another. */
import { randomUUID } from 'node:crypto';
import { ACCOUNT, ending, PASS, said } from '../contracts/store/events.ts';
import { accept, add, begin, end, ME, sent } from '../contracts/store/verbs.ts';
import { newId } from '../core/ids.ts';
import { toIncoming } from '../core/inbox/accept.ts';
import type { NewReply, Store } from '../core/ports.ts';
import { median } from './report.ts';

/** Milliseconds: the median of each verb, and their sum. */
export interface VerbTimes {
  verbs: Record<string, number>;
  turn: number;
}

/** Each of so many customers writes so often, and is answered. */
export async function verbTimes(store: Store, customers: number, turns: number): Promise<VerbTimes> {
  const times = new Map<string, number[]>();
  const people = Array.from({ length: customers }, () => randomUUID());
  for (let round = 0; round < turns; round++)
    for (const person of people)
      for (const [verb, ms] of await oneTurn(store, person)) times.set(verb, [...(times.get(verb) ?? []), ms]);
  const verbs = Object.fromEntries([...times].map(([verb, all]) => [verb, median(all)]));
  return { verbs, turn: Object.values(verbs).reduce((sum, ms) => sum + ms, 0) };
}

/** A message is taken, its turn begins, reads what was said, answers, ends; the answer is taken by the platform. */
async function oneTurn(store: Store, person: string): Promise<[string, number][]> {
  const times: [string, number][] = [];
  const timed = async <T>(verb: string, ask: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await ask();
    times.push([verb, performance.now() - from]);
    return result;
  };
  const now = Date.now();
  const event = toIncoming(said('¿Por qué mi internet está tan lento?', randomUUID(), person), ACCOUNT, now);
  const [taken] = await timed('accept', () => accept(store, [event], now));
  const conversationId = taken!.conversationId!;
  const later = taken!.wakeAt!;
  const take = { now: later, leaseUntil: later + 60_000, owner: ME, turnId: newId(later) };
  const turn = await timed('begin', () => begin(store, conversationId, take));
  if (turn.kind !== 'turn') throw new Error(`No turn began: ${turn.kind}.`);
  await timed('history', () => store.history(conversationId, 20));
  const reply: NewReply = {
    ...{ id: newId(later), conversationId, accountId: ACCOUNT.id, turnId: turn.turn.id, slot: `${turn.turn.id}:0` },
    ...{ author: 'bot', purpose: 'reply', text: 'Gracias, lo revisamos hoy mismo.', media: [], at: later },
    parts: [{ request: { text: 'Gracias, lo revisamos hoy mismo.' }, state: 'queued' }],
  };
  await timed('reply', () => add(store, reply, PASS));
  await timed('end', () => end(store, { id: turn.turn.id, conversationId }, { ...ending(true), now: later }));
  await timed('sent', () => sent(store, reply.id, randomUUID(), later));
  return times;
}
