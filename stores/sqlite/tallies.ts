/** Sums by hour and account. */
import { tallyId } from '../../core/figures/tallies.ts';
import type { Tally } from '../../core/model.ts';
import type { Tallies, TallyRecords } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import type { Tables } from './tables.ts';

export function tallyRecords({ tallies }: Tables): TallyRecords {
  return {
    tally: tallies.get,
    putTally(tally) {
      if (!tallies.insert(tally)) tallies.update(tally.id, tally);
    },
  };
}

export function tallyStore({ db, tallies }: Tables, catchUp: Committer['catchUp']): Tallies {
  // An id begins with its hour, so the table's own order is that of time.
  const select = db.prepare(
    `select * from tally where id >= :first and id > :after and id < :end and (:account is null or account_id = :account)
     order by id limit :limit`,
  );
  return {
    async tallies({ from, until, accountId = null, after = '', limit }) {
      catchUp();
      const asked = { first: tallyId(from, ''), after, end: tallyId(until, ''), account: accountId, limit };
      return select.all(asked).map((row): Tally => tallies.read(row));
    },
  };
}
