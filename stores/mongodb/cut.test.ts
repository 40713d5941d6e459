/** A process that dies, or stands still, after each write of a step on MongoDB: another finishes the step or undoes it. */
import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Store } from '../../core/ports.ts';
import { openTestMongo } from '../../test/support/mongo-store.ts';
import { link, TURN, turn } from '../../test/support/mongo-works.ts';
import { mongoMissing, startMongo } from '../../test/support/wire.ts';

const missing = mongoMissing();

describe.skipIf(missing)(`a process that stops in a step on MongoDB${missing ? `: ${missing}` : ''}`, async () => {
  if (missing) return;
  const server = await startMongo();
  afterAll(() => server[Symbol.asyncDispose]());

  describe('killed after each write', () => {
    /** @returns whether the work came to its end */
    async function cut(url: string, work: string, writes: number): Promise<boolean> {
      const support = path.join(import.meta.dirname, '../../test/support');
      const given = [
        path.join(support, 'mongo-cut.ts'),
        url,
        path.join(support, 'mongo-works.ts'),
        work,
        String(writes),
        'SIGKILL',
      ];
      const child = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'inherit'] });
      let told = '';
      child.stdout.on('data', (data) => (told += data));
      await new Promise((resolve) => child.once('close', resolve));
      return told.includes('done');
    }

    async function isWhole(store: Store): Promise<void> {
      for (const { id } of await store.conversations({ limit: 99 })) {
        const { openSend, openTurn, wakeAt } = (await store.conversation(id))!;
        const lines = await store.messages(id, { limit: 99 });
        if (lines.some(({ pending }) => pending)) expect(wakeAt ?? openTurn).not.toBeNull();
        expect(lines.filter(({ state }) => state === 'sending').map((one) => one.id)).toEqual(
          openSend ? [openSend] : [],
        );
        for (const { turnId } of lines)
          if (turnId) expect(openTurn?.id === turnId || (await store.turn(turnId)) !== null).toBe(true);
      }
    }

    it('a turn goes on where it was, and is answered once', async () => {
      for (let writes = 1; ; writes++) {
        const url = server.database();
        const done = await cut(url, 'turn', writes);
        const store = await openTestMongo(url);
        await isWhole(store);
        await turn(store);
        await isWhole(store);
        expect((await store.replies(TURN)).map(({ text, state }) => [text, state])).toEqual([['answer', 'sent']]);
        expect(await store.turn(TURN)).toMatchObject({ state: 'done', outcome: 'answered' });
        expect(await store.lanes()).toEqual([]);
        await store.close();
        if (done) break;
        expect(writes).toBeLessThan(60);
      }
    }, 180_000);

    it('two who turn out to be one are two, or one', async () => {
      // Both are there by then: that somebody writes for the first time is cut above.
      for (let writes = 19; ; writes++) {
        const url = server.database();
        const done = await cut(url, 'link', writes);
        const store = await openTestMongo(url);
        await isWhole(store);
        await link(store);
        await isWhole(store);
        const conversations = await store.conversations({ limit: 99 });
        expect(new Set(conversations.map(({ contactId }) => contactId)).size).toBe(1);
        const lines = await Promise.all(conversations.map(({ id }) => store.messages(id, { limit: 9 })));
        expect(
          lines
            .flat()
            .map(({ text }) => text)
            .sort(),
        ).toEqual(['k1', 'k2', 'k3']);
        await store.close();
        if (done) break;
        expect(writes).toBeLessThan(90);
      }
    }, 240_000);
  });

  it('who stood still in the middle of a step, and wakes after others went on, decides nothing any more', async () => {
    const support = path.join(import.meta.dirname, '../../test/support');
    for (const writes of [2, 4, 8, 12, 16]) {
      const url = server.database();
      const given = [
        path.join(support, 'mongo-cut.ts'),
        url,
        path.join(support, 'mongo-works.ts'),
        'link',
        String(writes),
      ];
      const child = spawn(process.execPath, [...given, 'SIGSTOP'], { stdio: ['ignore', 'pipe', 'inherit'] });
      const closed = new Promise((resolve) => child.once('close', resolve));
      let told = '';
      child.stdout.on('data', (data) => (told += data));
      const state = () => execFileSync('ps', ['-o', 'state=', '-p', String(child.pid)], { encoding: 'utf8' })[0];
      await expect.poll(state, { timeout: 20_000 }).toBe('T');
      const store = await openTestMongo(url);
      await link(store);
      child.kill('SIGCONT');
      await closed;
      const conversations = await store.conversations({ limit: 99 });
      expect(new Set(conversations.map(({ contactId }) => contactId)).size).toBe(1);
      const lines = await Promise.all(conversations.map(({ id }) => store.messages(id, { limit: 9 })));
      expect(
        lines
          .flat()
          .map(({ text }) => text)
          .sort(),
      ).toEqual(['k1', 'k2', 'k3']);
      await store.close();
    }
  }, 120_000);
});
