/** What answers spent, for budgets. */
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../core/ports.ts';
import type { Committer } from './commit.ts';

export function usageStore(db: DatabaseSync, run: Committer['run']): Pick<Store, 'addUsage' | 'usageOf'> {
  const add = db.prepare(
    `insert into usage(key, tokens, cost, at) values(?, ?, ?, ?) on conflict do update set
       tokens = tokens + excluded.tokens, cost = cost + excluded.cost, at = max(at, excluded.at)`,
  );
  const get = db.prepare('select tokens, cost from usage where key = ?');
  return {
    addUsage: (keys, { tokens, cost }, at) =>
      run(() => {
        for (const key of keys) add.run(key, tokens, cost, at);
      }),
    async usageOf(key) {
      const row = get.get(key) as { tokens: number; cost: number } | undefined;
      return row ? { ...row } : { tokens: 0, cost: 0 };
    },
  };
}
