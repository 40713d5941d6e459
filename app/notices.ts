/**
 * Tells flows, and a CRM, what people of the business should know. The store has what is still to be told; a notice is closed once every node that
 * takes its kind has sent it into a flow and that flow has settled without an error, and the CRM has it. After a crash or a failure those who do not
 * have it are told again, under the same id.
 */
import { describe } from '../core/errors.ts';
import { ANSWER_KINDS, type JsonObject, type Notice, type NoticeKind, type OpenTurn } from '../core/model.ts';
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
  /** Something was stored. */
  wake(): void;
  /** All nodes that take notices are there. Nothing is told while a deploy has some of them away: the others would have it, and they never. */
  flowsStarted(): void;
  /** The end of this turn will store one. */
  expect(turnId: string): void;
  turnStored(turn: OpenTurn): void;
  /** @returns takes it out. */
  listen(listener: NoticeListener): () => void;
  stop(): Promise<void>;
}

/** What a flow is given. */
export interface Told {
  view: NoticeView;
  /** As a sentence for people. */
  text: string;
}

/** Why somebody does not have a notice. */
export interface NotTaken {
  error: string;
  /** Not his fault: a deploy took it away. */
  cut?: true;
  /** He will never take it: he is not told again. */
  forGood?: true;
}

/** The CRM. Never rejects. @returns undefined: it has it */
export type TellCrm = (told: Told) => Promise<NotTaken | undefined>;

/** The CRM's name among those who have a notice; no node has it. */
const CRM = 'crm';

export interface NotifierOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  tracker: TurnTracker;
  registry: Registry;
  /** Takes what customers did after an unasked message; absent: there is none. */
  crm?: TellCrm;
  /** Whether this process tells them, of many; else it wakes the one that does. Always when absent. */
  isMine?(): boolean;
  tellOthers?(): void;
}

/** Somebody who takes a notice. */
interface Taker {
  id: string;
  tell(told: Told): Promise<NotTaken | undefined>;
}

export function createNotifier(options: NotifierOptions): Notifier {
  const { store, clock, log, tracker, registry, crm, isMine = () => true } = options;
  const listeners = new Set<NoticeListener>();
  const expected = new Set<string>();
  let working: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let complete = false;
  let cancel = () => {};

  function wake(): void {
    if (stopped) return;
    if (!isMine()) {
      options.tellOthers?.();
      return;
    }
    if (!complete) return;
    again = true;
    working ??= work().finally(() => (working = undefined));
  }

  async function work(): Promise<void> {
    cancel();
    let lookAt = Number.POSITIVE_INFINITY;
    while (again && !stopped && complete && isMine()) {
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
      if (stopped || !complete) return next;
      const takers = takersOf(notice);
      if (clock.now() > notice.at + NEWS_MS) await store.run(closeNotice(notice.id, notice.error));
      else if (takers.length === 0 || notice.tellAt! > clock.now()) next = Math.min(next, notice.tellAt!);
      else next = Math.min(next, (await tellAll(notice, takers)) ?? next);
    }
    return next;
  }

  /** Those who are there, take its kind and do not have it. */
  function takersOf(notice: Notice): Taker[] {
    const nodes = [...listeners]
      .filter(({ kind }) => kind === '' || kind === notice.kind)
      .map((node): Taker => ({ id: node.nodeId, tell: (told) => run(notice, node, told) }));
    const isAnswer = ANSWER_KINDS.some((kind) => kind === notice.kind);
    const all = crm && isAnswer ? [...nodes, { id: CRM, tell: crm }] : nodes;
    return all.filter(({ id }) => !notice.taken?.includes(id));
  }

  /** @returns when it is told again; undefined when it is closed. */
  async function tellAll(notice: Notice, takers: Taker[]): Promise<number | undefined> {
    const told = await viewOf(notice);
    const ends = await Promise.all(takers.map(async ({ id, tell }) => ({ id, end: await tell(told) })));
    const refused = ends.find(({ end }) => end?.forGood)?.end;
    const failed = ends.find(({ end }) => end && !end.forGood)?.end;
    if (refused) log.warn(`Notice ${notice.id} was not told: ${refused.error} It is given up.`);
    if (!failed) {
      await store.run(closeNotice(notice.id, refused?.error));
      return undefined;
    }
    const done = ends.filter(({ end }) => !end || end.forGood).map(({ id }) => id);
    const taken = done.length > 0 ? [...(notice.taken ?? []), ...done] : notice.taken;
    const { cut = false, error } = failed;
    const tellAt = await store.run(putOffNotice(notice.id, clock.now(), { cut, taken, error }));
    const then = tellAt === null ? 'It is given up.' : 'It is told again.';
    log.warn(`Notice ${notice.id} was not told: ${error} ${then}`);
    return tellAt ?? undefined;
  }

  async function run(notice: Notice, taker: NoticeListener, { view, text }: Told): Promise<NotTaken | undefined> {
    const message = { topic: notice.kind, payload: text, notice: structuredClone(view) };
    try {
      const name = `notice:${notice.id}:${taker.nodeId}#${notice.tries + 1}`;
      const { status, errors } = await tracker.run(name, message, taker.send, DEADLINE_MS);
      if (status === 'interrupted') return { cut: true, error: 'A deploy cut the flow.' };
      const failure = errors.find(({ caught }) => !caught);
      return failure && { error: `${failure.node}: ${failure.message}` };
    } catch (error) {
      return { error: describe(error) };
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
    flowsStarted() {
      complete = true;
      wake();
    },
    async tell(notice) {
      if (await store.run(noticeOf(notice, clock.now()))) wake();
    },
    expect: (turnId) => void expected.add(turnId),
    turnStored({ id, afterwards }) {
      if (expected.delete(id) || afterwards) wake();
    },
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        complete = false;
      };
    },
    async stop() {
      stopped = true;
      cancel();
      await working;
    },
  };
}
