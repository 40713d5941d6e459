/** What the records of workers must do, whatever store has them. */
import { describe, expect, it } from 'vitest';
import type { WorkerRecord, Workers } from '../core/ports.ts';

const worker = (id: string, more: Partial<WorkerRecord> = {}): WorkerRecord => ({
  ...{ id, role: 'all', version: '1.0.0', startedAt: 1, pulse: 0, gone: false, about: {} },
  ...more,
});

/** @param open an empty one */
export function workersContract(name: string, open: () => Promise<{ workers: Workers; close(): Promise<void> }>): void {
  const on = (work: (workers: Workers) => Promise<void>) => async () => {
    const { workers, close } = await open();
    try {
      await work(workers);
    } finally {
      await close();
    }
  };

  describe(`workers on ${name}`, () => {
    it(
      'a pulse is taken from whoever is not written off, and tells what it says of itself',
      on(async (workers) => {
        await workers.put(worker('one', { about: { flows: 'a' } }));
        expect(await workers.renew('one', 1, { flows: 'b' })).toBe(true);
        expect(await workers.list()).toEqual([worker('one', { pulse: 1, about: { flows: 'b' } })]);
        expect(await workers.renew('nobody', 1, {})).toBe(false);
        expect(await workers.list()).toHaveLength(1);
      }),
    );

    it(
      'who shows life is not written off, and who is written off shows none',
      on(async (workers) => {
        await workers.put(worker('one'));
        await workers.renew('one', 1, {});
        expect(await workers.writeOff('one', 0)).toBe(false);
        expect(await workers.renew('one', 2, {})).toBe(true);
        expect(await workers.writeOff('one', 2)).toBe(true);
        expect(await workers.writeOff('one', 2)).toBe(true);
        expect(await workers.renew('one', 3, {})).toBe(false);
        expect(await workers.list()).toMatchObject([{ id: 'one', gone: true, pulse: 2 }]);
      }),
    );

    it(
      'of a pulse and a write-off at once exactly one holds',
      on(async (workers) => {
        for (let round = 0; round < 20; round++) {
          const id = `worker ${round}`;
          await workers.put(worker(id));
          const [renewed, gone] = await Promise.all([workers.renew(id, 1, {}), workers.writeOff(id, 0)]);
          expect([renewed, gone]).toEqual(renewed ? [true, false] : [false, true]);
        }
      }),
    );

    it(
      'who leaves is gone, and is forgotten',
      on(async (workers) => {
        await workers.put(worker('one'));
        await workers.put(worker('two'));
        await workers.leave('one');
        expect(await workers.renew('one', 1, {})).toBe(false);
        await workers.forget(['one', 'nobody']);
        expect((await workers.list()).map(({ id }) => id)).toEqual(['two']);
      }),
    );

    it(
      'a duty is one worker’s, also where many want it at once',
      on(async (workers) => {
        const names = Array.from({ length: 12 }, (_, index) => `worker ${index}`);
        const took = await Promise.all(names.map((name) => workers.handOver('poll', null, name)));
        expect(took.filter(Boolean)).toHaveLength(1);
        const [duty] = await workers.duties();
        expect(duty).toEqual({ name: 'poll', owner: names[took.indexOf(true)] });
        const heirs = await Promise.all(names.map((name) => workers.handOver('poll', duty!.owner, `heir of ${name}`)));
        expect(heirs.filter(Boolean)).toHaveLength(1);
        expect(await workers.handOver('poll', duty!.owner, 'late')).toBe(false);
      }),
    );

    it(
      'a duty is given up by who has it only',
      on(async (workers) => {
        await workers.handOver('poll', null, 'one');
        await workers.drop('poll', 'two');
        expect(await workers.duties()).toEqual([{ name: 'poll', owner: 'one' }]);
        await workers.drop('poll', 'one');
        expect(await workers.duties()).toEqual([]);
        expect(await workers.handOver('poll', null, 'two')).toBe(true);
      }),
    );
  });
}
