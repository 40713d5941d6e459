/** Who is signed in to the pages. */
import type { DatabaseSync } from 'node:sqlite';
import type { Session } from '../../core/model.ts';
import type { Sessions } from '../../core/ports.ts';
import type { Committer } from './commit.ts';

interface Row {
  id: string;
  user: string;
  begun_at: number;
  seen_at: number;
}

export function sessionStore(db: DatabaseSync, run: Committer['run']): Sessions {
  const add = db.prepare('insert into session(id, user, begun_at, seen_at) values(?, ?, ?, ?)');
  const old = db.prepare('delete from session where seen_at < ?');
  const get = db.prepare('select * from session where id = ?');
  const see = db.prepare('update session set seen_at = ? where id = ?');
  const dropOne = db.prepare('delete from session where id = ?');
  const dropAll = db.prepare('delete from session where user = ?');
  return {
    addSession: ({ id, user, begunAt, seenAt }, dead) =>
      run(() => {
        old.run(dead);
        add.run(id, user, begunAt, seenAt);
      }),
    async session(id): Promise<Session | null> {
      const row = get.get(id) as Row | undefined;
      return row ? { id: row.id, user: row.user, begunAt: row.begun_at, seenAt: row.seen_at } : null;
    },
    seeSession: (id, at) => run(() => void see.run(at, id)),
    dropSessions: (which) =>
      run(() => Number(('id' in which ? dropOne.run(which.id) : dropAll.run(which.user)).changes)),
  };
}
