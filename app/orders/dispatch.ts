/**
 * Sees to follow-ups: what is due is judged, paced and given to its customer's lane; what has run is concluded. The store has all of it, so only
 * timers can be lost.
 */
import type { Account } from '../../core/accounts.ts';
import { describe } from '../../core/errors.ts';
import { newId, newSession } from '../../core/ids.ts';
import type { FollowUp } from '../../core/model.ts';
import {
  concludeFollowUp,
  type Fresh,
  holdFollowUp,
  judgeFollowUp,
  lookNow,
  propose,
} from '../../core/orders/follow-up.ts';
import type { OutreachSettings } from '../../core/policy/outreach.ts';
import type { Clock, Logger, ParsedThread, Store } from '../../core/ports.ts';
import { dayUse } from '../../core/sending/caps.ts';
import type { Lanes } from '../../core/turns/lanes.ts';
import type { Registry } from '../registry.ts';
import { createRounds } from '../rounds.ts';
import { createSamples } from '../samples.ts';
import { wayOf } from './judge.ts';

/** Looked at in one go of an account. */
const AT_ONCE = 50;
/** Everything is looked at again after so long at the latest; while something runs, sooner. */
const LOOK_MS = 10 * 60_000;
const RUNNING_MS = 15_000;
const BUSY_MS = 5_000;
/** The rule that somebody, or a deploy, may have let go. */
const SWITCH = 'switch';
const BUSY = { rule: 'busy', reason: 'Another order of this customer has the next turn.' };
const GONE = { rule: 'gone', reason: 'The order is not known any more.' };
const NO_NODE = { rule: 'gone', reason: 'The node at which its turns begin is not in the flows.' };

export interface Dispatch {
  /** Something came in, ended, or an account is there again. */
  wake(): void;
  /** Somebody let unasked messages go on, or flows were deployed in which an account may: what was held back for that is looked at now. */
  switched(): Promise<void>;
  /** Resolves when nothing is being looked at. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export interface DispatchOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  registry: Pick<Registry, 'accounts' | 'starter' | 'hasTemplate'>;
  lanes: Pick<Lanes, 'wake'>;
  /** Between 0 and 1. */
  random?(): number;
  /** Whether this process sees to them, of many; else it tells the one that does. Always when absent. */
  isMine?(): boolean;
  tellOthers?(): void;
}

export function createDispatch(options: DispatchOptions): Dispatch {
  const { store, clock, log, registry, lanes, random = Math.random, isMine, tellOthers } = options;
  /** When an account may write unasked again, and for which follow-up it waits. */
  const paced = new Map<string, { until: number; by: string }>();
  const isTold = createSamples(clock);
  const rounds = createRounds({ clock, isMine, tellOthers, round });

  async function round(): Promise<number> {
    let next = clock.now() + LOOK_MS;
    try {
      next = Math.min(next, await conclude());
      for (const account of registry.accounts()) next = Math.min(next, await look(account));
    } catch (error) {
      log.error(`Orders could not be looked at: ${describe(error)}`);
    }
    return next;
  }

  /** What its turn said tells what became of it. @returns when to look again */
  async function conclude(): Promise<number> {
    for (let page = {}; ; ) {
      const running = await store.followUps({ states: ['running'], limit: AT_ONCE, ...page });
      for (const { id, accountId } of running) {
        const after = await store.run(concludeFollowUp(id, clock.now()));
        if (after) tellHeld(after);
        // Nothing left: what cannot be said, such as an order without a template's field, costs the others no time.
        if ((after?.state === 'held' || after?.state === 'refused') && paced.get(accountId)?.by === id)
          paced.delete(accountId);
      }
      const last = running.at(-1);
      if (!last || running.length < AT_ONCE) break;
      page = { before: last.at, beforeId: last.id };
    }
    const [going] = await store.followUps({ states: ['running'], limit: 1 });
    return going ? clock.now() + RUNNING_MS : Number.POSITIVE_INFINITY;
  }

  /** In the log, once a rule: somebody looks there first for a message that did not come. */
  function tellHeld({ orderId, event, accountId, state, rule, reason }: FollowUp): void {
    if (state !== 'refused' && state !== 'held') return;
    const line = `Not written ${state === 'held' ? 'yet' : 'at all'}, ${event} of order ${orderId}: ${rule}: ${reason}`;
    if (isTold([accountId, state, rule].join('\n'), (more) => log.info(`${line} ${more}`))) log.info(line);
  }

  async function hold(followUp: FollowUp, held: { rule: string; reason: string; until?: number }): Promise<void> {
    const after = await store.run(holdFollowUp(followUp.id, held, clock.now()));
    if (after && after.rule !== followUp.rule) tellHeld(after);
  }

  /** @returns when the account is to be looked at again */
  async function look(account: Account): Promise<number> {
    const { outreach } = account;
    if (!account.enabled || !outreach || !account.channel.threadOf) return Number.POSITIVE_INFINITY;
    for (;;) {
      const now = clock.now();
      const due = await store.dueFollowUps(account.id, now, AT_ONCE);
      if (due.length === 0) break;
      for (const followUp of due) {
        const wait = await see(followUp, account, outreach);
        if (wait !== null || rounds.stopped()) return wait ?? Number.POSITIVE_INFINITY;
      }
    }
    return (await store.nextFollowUp(account.id, clock.now())) ?? Number.POSITIVE_INFINITY;
  }

  /** @returns until when the account's others wait too; null: they need not. */
  async function see(followUp: FollowUp, account: Account, settings: OutreachSettings): Promise<number | null> {
    const now = clock.now();
    const order = (await store.order(followUp.orderId))?.told;
    if (!order || !registry.starter(followUp.nodeId)) {
      await hold(followUp, order ? { ...NO_NODE, until: now + RUNNING_MS } : GONE);
      return null;
    }
    const thread: ParsedThread = account.channel.threadOf!(order.customer.phone);
    const fresh: Fresh = {
      ...{ accountId: account.id, channel: account.channel.id, at: now },
      ...{ contactId: newId(now), conversationId: newId(now), session: newSession() },
    };
    const today = await dayUse(store, account, settings, now);
    const way = wayOf(registry, account, followUp.event);
    const decision = await store.run(judgeFollowUp(followUp.id, { thread, fresh, settings, ...way, today }));
    // Of a test everything is done but the sending.
    if (!decision || (decision.result === 'block' && decision.rule !== 'test')) {
      await hold(followUp, decision ?? GONE);
      return null;
    }
    const notBefore = paced.get(account.id)?.until ?? 0;
    if (notBefore > now) return notBefore;
    const proposed = await store.run(propose(followUp.id, thread, fresh));
    if (proposed.kind !== 'proposed') {
      await hold(followUp, proposed.kind === 'busy' ? { ...BUSY, until: now + BUSY_MS } : GONE);
      return null;
    }
    // People do not write at equal distances.
    paced.set(account.id, { until: Math.round(now + settings.paceMs * (1 + random() / 2)), by: followUp.id });
    lanes.wake(proposed.conversation.id, account.id, proposed.conversation.wakeAt!);
    return null;
  }

  async function switched(): Promise<void> {
    for (let page = {}; !rounds.stopped(); ) {
      const held = await store.followUps({ states: ['held'], rule: SWITCH, limit: AT_ONCE, ...page });
      const ids = held.map(({ id }) => id);
      if (ids.length > 0) await store.run(lookNow(ids, SWITCH, clock.now()));
      const last = held.at(-1);
      if (!last || held.length < AT_ONCE) break;
      page = { before: last.at, beforeId: last.id };
    }
    rounds.wake();
  }

  return {
    wake: rounds.wake,
    switched,
    idle: rounds.idle,
    async stop() {
      rounds.stop();
      await rounds.idle();
    },
  };
}
