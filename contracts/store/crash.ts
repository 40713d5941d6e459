/** Part of the Store's contract: the process is killed in the middle of its steps, and what was told durable is there, whole, and once. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';

export interface CrashTarget {
  /** A module, and its function that opens a file as a store, at once or by and by. */
  module: string;
  opener: string;
  /** Where the data is: a file, or the URL of a database; a new place each time. */
  file(): string;
  open(file: string): Promise<Store>;
}

type Told = Record<string, string> & { messages?: string[] };

/** @param kills how often the process dies */
export function crashContract({ module, opener, file, open }: CrashTarget, kills = 6): void {
  describe('kill -9', () => {
    it('loses nothing that was told durable, and leaves no step half done', async () => {
      const place = file();
      const told: Told[] = [];
      for (let run = 0; run < kills; run++) {
        told.push(...(await workUntilKilled([module, opener, place, String(run)])));
        const store = await open(place);
        await check(store, told);
        await store.close();
      }
      expect(told.filter((step) => step.ended).length).toBeGreaterThan(kills * 8);
    }, 120_000);
  });
}

/** Lets the worker take some hundred steps, a different number each time, and kills it. */
async function workUntilKilled(given: string[]): Promise<Told[]> {
  // Beside this file, as source or as built.
  const worker = path.join(import.meta.dirname, `crash-worker${path.extname(import.meta.filename)}`);
  const child = spawn(process.execPath, [worker, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told: Told[] = [];
  const enough = 300 + 37 * Number(given.at(-1));
  for await (const line of createInterface({ input: child.stdout })) {
    // The last line may be cut off.
    if (line.endsWith('}')) told.push(JSON.parse(line) as Told);
    if (told.length === enough) child.kill('SIGKILL');
  }
  return told;
}

async function check(store: Store, told: Told[]): Promise<void> {
  const sets = new Map<string, string>();
  for (const { accepted, begun, messages, replied, message, sent, ended } of told) {
    if (accepted) expect(await store.message(accepted)).toMatchObject({ text: 'hi.', direction: 'in' });
    // A repeat of a turn has the same set.
    if (begun) expect(sets.get(begun) ?? String(messages)).toBe(String(messages));
    if (begun) sets.set(begun, String(messages));
    if (replied) expect((await store.replies(replied)).map(({ id }) => id)).toEqual([message]);
    if (sent) expect(['sent', 'unknown']).toContain((await store.message(sent))?.state);
    if (ended) expect(await store.turn(ended)).toMatchObject({ state: 'done', outcome: 'answered' });
  }
  for (const { id } of await store.conversations({ limit: 100 })) await whole(store, (await store.conversation(id))!);
}

/** The records of one conversation agree with each other. */
async function whole(store: Store, conversation: Conversation): Promise<void> {
  const { id, openSend, openTurn, wakeAt } = conversation;
  const messages = await store.messages(id, { limit: 10_000 });
  const pending = messages.filter((message) => message.pending);
  if (pending.length > 0) expect(wakeAt ?? openTurn).not.toBeNull();
  expect(messages.filter(({ state }) => state === 'sending').map((message) => message.id)).toEqual(
    openSend ? [openSend] : [],
  );
  for (const turnId of new Set(messages.flatMap((message) => message.turnId ?? [])))
    expect(openTurn?.id === turnId || (await store.turn(turnId))?.state === 'done').toBe(true);
}
