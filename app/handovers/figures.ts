/** How customers who asked for a person fared: how many, how long until the first words of one, how long until it was over. */
import type { Handover } from '../../core/model.ts';
import type { Store } from '../../core/ports.ts';

const AT_ONCE = 500;

/** Half of all were no longer than `p50`, nineteen of twenty no longer than `p95`; milliseconds. */
export interface Spread {
  p50: number;
  p95: number;
}

export interface HandoverFigures {
  asked: number;
  /** Who found out. */
  by: Record<Handover['by'], number>;
  /** Outside the hours of people. */
  outOfHours: number;
  /** Nobody has come to these yet. */
  waiting: number;
  /** A person came. */
  replied: number;
  /** Heard that nobody had come in time. */
  late: number;
  /** Took the assistant again. */
  assistant: number;
  /** A person gave it back, or closed it. */
  closed: number;
  /** From the wish to the first words of a person, and to the end by a person; null: there was none. */
  firstReplyMs: Spread | null;
  closeMs: Spread | null;
}

/** @param period of the wishes: `until` is not included */
export async function handoverFigures(
  store: Pick<Store, 'handovers'>,
  { since, until, accountId }: { since: number; until: number; accountId?: string },
): Promise<HandoverFigures> {
  const all: Handover[] = [];
  for (let page: { before: number; beforeId?: string } = { before: until }; ; ) {
    const some = await store.handovers({
      since,
      limit: AT_ONCE,
      ...(accountId !== undefined && { accountId }),
      ...page,
    });
    all.push(...some);
    const last = some.at(-1);
    if (!last || some.length < AT_ONCE) break;
    page = { before: last.at, beforeId: last.id };
  }
  const count = (is: (handover: Handover) => boolean) => all.filter(is).length;
  const byPerson = ({ end }: Handover) => end === 'handed-back' || end === 'closed';
  return {
    asked: all.length,
    by: {
      words: count(({ by }) => by === 'words'),
      model: count(({ by }) => by === 'model'),
      button: count(({ by }) => by === 'button'),
    },
    outOfHours: count(({ opensAt }) => opensAt !== null),
    waiting: count(({ state, repliedAt }) => state === 'open' && repliedAt === undefined),
    replied: count(({ repliedAt }) => repliedAt !== undefined),
    late: count(({ toldAt }) => toldAt !== undefined),
    assistant: count(({ end }) => end === 'assistant'),
    closed: count(byPerson),
    firstReplyMs: spread(all.flatMap(({ at, repliedAt }) => (repliedAt === undefined ? [] : repliedAt - at))),
    closeMs: spread(all.filter(byPerson).map(({ at, endedAt = at }) => endedAt - at)),
  };
}

function spread(times: number[]): Spread | null {
  if (times.length === 0) return null;
  const sorted = times.sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
  return { p50: at(0.5), p95: at(0.95) };
}
