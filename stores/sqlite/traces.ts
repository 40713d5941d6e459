/** What happened on turns' ways, and calls of platforms around it. */
import type { Traces } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import type { Tables } from './tables.ts';

export function traceStore({ db, traces, webhooks }: Tables, catchUp: Committer['catchUp']): Traces {
  // An attempt is called `turn#n`: the key finds those of a turn.
  const ofTurn = db.prepare("select * from trace where id >= ? || '#' and id < ? || '$'");
  const ofConversation = db.prepare(
    'select * from trace where conversation_id = ? and at < ? order by at desc, id desc limit ?',
  );
  const ends = db.prepare('select min(seq) as low, max(seq) as high from webhook');
  const timeFrom = db.prepare('select at from webhook where seq >= ? order by seq limit 1');
  const around = db.prepare(
    `select * from webhook where seq >= :from and at between :since and :until and (
       (conversations is null and account_id = :accountId and (error is not null or status >= 400))
       or exists (select 1 from json_each(conversations) where value = :conversationId))
     order by seq desc limit :limit`,
  );

  /** The log grows in the order of time and has no index of it: the first row since then is found by halves. */
  function firstSince(at: number): number {
    let { low, high } = ends.get() as { low: number | null; high: number | null };
    low ??= 0;
    high ??= -1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (((timeFrom.get(middle) as { at: number } | undefined)?.at ?? at) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    async traces(turnId) {
      catchUp();
      // As numbers: the tenth follows the ninth.
      return ofTurn
        .all(turnId, turnId)
        .map(traces.read)
        .sort((one, other) => numberOf(one.id) - numberOf(other.id));
    },
    async tracesOf(conversationId, { before, limit }) {
      catchUp();
      return ofConversation.all(conversationId, before, limit).map(traces.read);
    },
    async callsAround(asked) {
      catchUp();
      return around
        .all({ ...asked, from: firstSince(asked.since) })
        .map(webhooks.read)
        .reverse();
    },
  };
}

const numberOf = (attempt: string) => Number(attempt.slice(attempt.lastIndexOf('#') + 1));
