/**
 * Tells flows what people of the business should know. The store has what is still to be told; a notice is closed once every node that takes
 * its kind has sent it into a flow and that flow has settled without an error. A crash or a failing flow tells it again, under the same id.
 */
import { describe } from '../core/errors.ts';
import type { JsonObject, Notice, NoticeKind, OpenTurn } from '../core/model.ts';
import { closeNotice, NEWS_MS, type NewNotice, noticeOf, noticeText, putOffNotice } from '../core/notices/notices.ts';
import type { Clock, Logger, Store } from '../core/ports.ts';
import type { TurnTracker } from './host.ts';
import type { Registry } from './registry.ts';

/** The flow of a notice has so long; what still works then has taken it. */
const DEADLINE_MS = 60_000;
/** Waiting notices are looked at again after so long at the latest. */
const LOOK_MS = 60_000;
/** Read in one go; more wait until some of these are told. */
const AT_ONCE = 1_000;

/** What a flow sees as `msg.notice`: plain JSON, no address. */
export interface NoticeView {
  /** The same when it is told again. */
  id: string;
  kind: NoticeKind;
  at: number;
  reason: string;
  account: { id: string; name: string };
  conversation: { id: string; status: string; name?: string } | null;
  about: JsonObject;
}

/** A node that tells notices to its flow. */
export interface NoticeListener {
  nodeId: string;
  /** Empty: all. */
  kind: NoticeKind | '';
  send(msg: object): void;
}

export interface Notifier {
  /** Stores a notice that no other step stores, and tells it. @throws DragomanError STORE_UNAVAILABLE */
  tell(notice: NewNotice): Promise<void>;
  /** Something was stored, or somebody came who takes it. */
  wake(): void;
  /** The end of this turn will store one. */
  expect(turnId: string): void;
  turnStored(turn: OpenTurn): void;
  /** @returns takes it out. */
  listen(listener: NoticeListener): () => void;
  stop(): Promise<void>;
}

/** What a flow is given. */
interface Told {
  view: NoticeView;
  text: string;
}

export interface NotifierOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  tracker: TurnTracker;
  registry: Registry;
}

export function createNotifier({ store, clock, log, tracker, registry }: NotifierOptions): Notifier {
  const listeners = new Set<NoticeListener>();
  const expected = new Set<string>();
  let working: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let cancel = () => {};

  function wake(): void {
    if (stopped) return;
    again = true;
    working ??= work().finally(() => (working = undefined));
  }

  async function work(): Promise<void> {
    cancel();
    let lookAt = Number.POSITIVE_INFINITY;
    while (again && !stopped) {
      again = false;
      try {
        lookAt = await round();
      } catch (error) {
        log.error(`Notices are put off: ${describe(error)}`);
        lookAt = clock.now() + LOOK_MS;
      }
    }
    if (stopped || lookAt === Number.POSITIVE_INFINITY) return;
    // What nobody takes is due already: it is not asked for in a circle.
    const soonest = lookAt > clock.now() ? lookAt : clock.now() + LOOK_MS;
    cancel = clock.at(Math.min(soonest, clock.now() + LOOK_MS), wake);
  }

  /** Tells what is due. @returns when to look again; infinite where nothing waits. */
  async function round(): Promise<number> {
    let next = Number.POSITIVE_INFINITY;
    const open = await store.notices({ open: true, limit: AT_ONCE });
    for (const notice of open) {
      if (stopped) return next;
      const takers = [...listeners].filter(({ kind }) => kind === '' || kind === notice.kind);
      if (clock.now() > notice.at + NEWS_MS) await store.run(closeNotice(notice.id));
      else if (takers.length === 0 || notice.tellAt! > clock.now()) next = Math.min(next, notice.tellAt!);
      else next = Math.min(next, (await tellAll(notice, takers)) ?? next);
    }
    return next;
  }

  /** @returns when it is told again; undefined when it is closed. */
  async function tellAll(notice: Notice, takers: NoticeListener[]): Promise<number | undefined> {
    const view = await viewOf(notice);
    const ends = await Promise.all(takers.map((taker) => run(notice, taker, view)));
    const failed = ends.find((end) => end !== undefined);
    if (!failed) {
      await store.run(closeNotice(notice.id));
      return undefined;
    }
    const tellAt = await store.run(putOffNotice(notice.id, clock.now(), failed.cut));
    const then = tellAt === null ? 'It is given up.' : 'It is told again.';
    log.warn(`Notice ${notice.id} was not told: ${failed.error} ${then}`);
    return tellAt ?? undefined;
  }

  async function run(notice: Notice, taker: NoticeListener, { view, text }: Told) {
    const message = { topic: notice.kind, payload: text, notice: structuredClone(view) };
    try {
      const name = `notice:${notice.id}:${taker.nodeId}#${notice.tries + 1}`;
      const { status, errors } = await tracker.run(name, message, taker.send, DEADLINE_MS);
      if (status === 'interrupted') return { cut: true, error: 'A deploy cut the flow.' };
      const failure = errors.find(({ caught }) => !caught);
      return failure && { cut: false, error: `${failure.node}: ${failure.message}` };
    } catch (error) {
      return { cut: false, error: describe(error) };
    }
  }

  async function viewOf(notice: Notice): Promise<Told> {
    const { id, kind, at, reason, about, accountId, conversationId } = notice;
    const account = registry.account(accountId);
    const name = account?.name ?? (typeof about.name === 'string' ? about.name : accountId);
    const conversation = conversationId ? await store.conversation(conversationId) : null;
    const contact = conversation?.contactId ? await store.contact(conversation.contactId) : null;
    return {
      view: {
        ...{ id, kind, at, reason, about },
        account: { id: accountId, name },
        conversation: conversation && { id: conversation.id, status: conversation.status, name: contact?.name },
      },
      text: noticeText(notice, account?.language ?? 'en', name, contact?.name ?? ''),
    };
  }

  return {
    wake,
    async tell(notice) {
      if (await store.run(noticeOf(notice, clock.now()))) wake();
    },
    expect: (turnId) => void expected.add(turnId),
    turnStored({ id, afterwards }) {
      if (expected.delete(id) || afterwards) wake();
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      stopped = true;
      cancel();
      await working;
    },
  };
}
