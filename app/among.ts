/** This process beside others on the same store: who is woken where, what they tell each other, and what is looked for without being told. */
import { describe } from '../core/errors.ts';
import type { Clock, Fleet, Hints, Logger, News, Wake } from '../core/ports.ts';
import type { Duties } from '../core/role.ts';
import type { Lanes } from '../core/turns/lanes.ts';

/** What is due is looked for in the store: so often while Redis is away, and for what it lost. */
const LOOK_MS = { away: 1_000, there: 10_000 };
/** Follow-ups and notices are rows that anybody stores; who sees to them looks so often, whatever he is told. */
const SHARED_MS = 15_000;
/** How often turns are looked for that a dead process left after their first words, and how long after their time. */
const LOOK_BACK_MS = 30_000;
const SURELY_OVER_MS = 60_000;
/** While a deploy changes the flows here, another process may take what is due; this one asks for it again. */
const DEPLOYING_MS = 500;

/** What one process sees to for all, of several kinds. */
export type SharedWork = 'orders' | 'notices';

export interface AmongOptions {
  clock: Clock;
  /** Of this machine, whatever time it is for the conversations: how often it looks for what nobody told. */
  machine: Clock;
  log: Logger;
  fleet: Fleet;
  hints: Hints;
  duties: Pick<Duties, 'turns'>;
}

export interface Among {
  /** Whether this process sees to it. */
  isMine(work: SharedWork): boolean;
  tell: Hints['tell'];
  /** Wakes a conversation's lane, at whichever process. */
  lanes: Pick<Lanes, 'wake'>;
  begin(parts: AmongParts): void;
  /** Takes no work any more. Resolves when what was to be looked at is. */
  stop(): Promise<void>;
}

/** What is there when all is made. */
export interface AmongParts {
  lanes: Lanes;
  /** Resolves when this CPU has room for another turn to begin. */
  admit(): Promise<void>;
  /** Whether more turns wait to begin here than this CPU begins at once. */
  hasMuchToDo(): boolean;
  /** Whether a deploy is under way. */
  flowsRun(): boolean;
  /** The conversation is answered where its words come in: here. */
  isOurs(conversationId: string, accountId: string): boolean;
  /** Everything that waits in the store, lanes and sends. */
  sweep(): Promise<unknown>;
  /** Others are gone: what they held is free. */
  inherit(): Promise<unknown>;
  /** This process was written off: what it did belongs to others. */
  letGo(): void;
  lookBack(before: number): Promise<void>;
  wake: Record<SharedWork, () => void>;
  hear(news: News): void;
}

export function createAmong({ clock, machine, log, fleet, hints, duties }: AmongOptions): Among {
  const mine = new Set<SharedWork>();
  let parts: AmongParts | undefined;
  let stopped = false;
  let cancel = () => {};
  let wasAway = false;

  const tell: Hints['tell'] = (news) => hints.tell(news);
  const failed = (what: string) => (error: unknown) => log.warn(`${what}: ${describe(error)}`);

  /** @returns ends it */
  function every(ms: () => number, work: () => unknown): () => void {
    let over = false;
    let cancelNext = () => {};
    const next = () => {
      cancelNext = machine.at(machine.now() + ms(), async () => {
        await work();
        if (!over) next();
      });
    };
    next();
    return () => {
      over = true;
      cancelNext();
    };
  }

  async function look(): Promise<void> {
    const isAway = hints.away() !== undefined;
    const isDue = isAway || wasAway || machine.now() - lookedAt >= LOOK_MS.there;
    wasAway = isAway;
    if (!isDue) return;
    lookedAt = machine.now();
    await parts!.sweep().catch(failed('What waits could not be looked for'));
  }
  let lookedAt = machine.now();

  async function woken({ lanes, admit, flowsRun }: AmongParts, id: string, accountId: string): Promise<void> {
    if (stopped) return;
    if (!flowsRun()) hints.wake({ conversationId: id, accountId, at: clock.now() + DEPLOYING_MS });
    else {
      await admit();
      lanes.wake(id, accountId, clock.now());
    }
  }

  /** Whoever took the words has their conversation at hand, and a balancer gave him his share: others are asked where he cannot, or has too much. */
  function answersHere(id: string, accountId: string): boolean {
    if (!duties.turns || !parts) return false;
    return parts.isOurs(id, accountId) || (!stopped && parts.flowsRun() && !parts.hasMuchToDo());
  }

  return {
    isMine: (work) => mine.has(work),
    tell,
    lanes: {
      wake(id, accountId, at) {
        if (!answersHere(id, accountId) && hints.wake({ conversationId: id, accountId, at })) return;
        if (duties.turns) parts?.lanes.wake(id, accountId, at);
      },
    },
    begin(all) {
      parts = all;
      const wake = ({ conversationId, accountId }: Wake) => woken(all, conversationId, accountId);
      const news = (told: News) => {
        if (told.kind !== 'orders' && told.kind !== 'notices') all.hear(told);
        // Whoever does not see to it would only tell it on, and two of them each other, without end.
        else if (mine.has(told.kind)) all.wake[told.kind]();
      };
      hints.listen({ wake, news }, duties.turns);
      if (duties.turns) cancel = every(() => LOOK_MS.away, look);
      for (const work of ['orders', 'notices'] as const)
        fleet.duty(work, () => {
          mine.add(work);
          all.wake[work]();
          const end = every(() => SHARED_MS, all.wake[work]);
          return () => {
            mine.delete(work);
            end();
          };
        });
      fleet.duty('look back', () =>
        every(
          () => LOOK_BACK_MS,
          () => all.lookBack(clock.now() - SURELY_OVER_MS),
        ),
      );
      if (duties.turns)
        fleet.onGone(() => void all.inherit().catch(failed('What others held could not be looked for')));
      fleet.onWrittenOff(all.letGo);
    },
    async stop() {
      stopped = true;
      cancel();
      await Promise.all([fleet.retire(), hints.deafen()]);
    },
  };
}
