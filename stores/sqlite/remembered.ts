/** What is remembered of people who are forgotten: by a hash whose key lies beside the database, so that neither tells an address alone. */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

export type Remembered = ReturnType<typeof rememberedStore>;

/**
 * @param file of the key, made when it is first needed.
 * @param warn is told once where an opt-out is remembered and there is no key: a database that was restored without it.
 */
export function rememberedStore(db: DatabaseSync, file: string, warn: (sentence: string) => void = () => {}) {
  const insert = db.prepare(
    'insert into remembered(hash, kind, at) values(?,?,?) on conflict do update set at = max(at, excluded.at)',
  );
  const select = db.prepare('select at from remembered where hash = ?');
  const remove = db.prepare('delete from remembered where hash = ?');
  const optOut = db.prepare("select 1 from remembered where kind = 'opt-out' limit 1");
  let key: Buffer | undefined;
  // Nearly always none: then nothing is hashed.
  let count = (db.prepare('select count(*) as n from remembered').get() as { n: number }).n;
  if (count > 0 && optOut.get() && !existsSync(file))
    warn(
      `${file} is missing, so people who said STOP and were forgotten are not known any more. If there is a copy, stop the server, put it there and start again.`,
    );

  function hash(...parts: string[]): string {
    key ??= keyIn(file);
    return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  }

  return {
    /** Runs inside a transaction, as `take`. */
    add(kind: 'opt-out' | 'message', at: number, ...parts: string[]): void {
      count++;
      insert.run(hash(kind, ...parts), kind, at);
    },
    /** 0 where nothing is remembered. */
    at(kind: 'opt-out' | 'message', ...parts: string[]): number {
      if (count === 0) return 0;
      return (select.get(hash(kind, ...parts)) as { at: number } | undefined)?.at ?? 0;
    },
    drop(kind: 'opt-out' | 'message', ...parts: string[]): void {
      remove.run(hash(kind, ...parts));
    },
  };
}

function keyIn(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const key = randomBytes(32);
    writeFileSync(file, key, { mode: 0o600, flag: 'wx' });
    return key;
  }
}
