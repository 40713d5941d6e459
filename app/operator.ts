/** What a person of the business can do with a conversation. Everything goes through the same lane, fence and gateway as the bot's words. */
import { DragomanError } from '../core/errors.ts';
import { changeStatus } from '../core/handovers/plans.ts';
import { newId } from '../core/ids.ts';
import {
  CONVERSATION_STATUSES,
  type Conversation,
  type ConversationStatus,
  type Decision,
  type Media,
  type Message,
  type Turn,
} from '../core/model.ts';
import { LONGEST_SILENCE_S, takeOver } from '../core/policy/takeover.ts';
import type { Clock, Findings, Outgoing, Page, Search, Store } from '../core/ports.ts';
import { refuseAnswered } from '../core/sending/answered.ts';
import type { Gateway } from '../core/sending/gateway.ts';
import { rendered } from '../core/sending/rendered.ts';
import { soughtIn } from '../core/text/search.ts';
import type { Registry } from './registry.ts';

type Hidden =
  | 'address'
  | 'head'
  | 'leaseOwner'
  | 'leaseUntil'
  | 'sendOwner'
  | 'sendAt'
  | 'takenSeq'
  | 'arrivals'
  | 'exchange';

/** A conversation as an operator sees it: no address. */
export type ConversationView = Omit<Conversation, Hidden | 'openTurn'> & {
  /** The id of the turn that runs or waits for its next attempt. */
  openTurn: string | null;
  messages?: number;
  name?: string;
};

/** What was found, as an operator sees it. */
export type FindingsView = Omit<Findings, 'found'> & {
  found: (Pick<Findings['found'][number], 'message'> & { conversation: ConversationView })[];
};

/** One conversation with what was said and why. */
export interface ConversationDetail {
  conversation: ConversationView;
  messages: Message[];
  turns: Pick<Turn, 'id' | 'state' | 'outcome' | 'error' | 'startedAt'>[];
  decisions: (Decision & { turnId: string })[];
}

export interface Operator {
  list(filter: { status?: ConversationStatus; accountId?: string } & Page): Promise<ConversationView[]>;
  /** @throws DragomanError BAD_REQUEST where there is no word to look for. */
  search(sought: Search): Promise<FindingsView>;
  /** @throws DragomanError NOT_FOUND, as all that take a conversation's id. */
  read(conversationId: string, page: Page): Promise<ConversationDetail>;
  /**
   * Takes the conversation over and sends a human's words. Resolves with the message as it settled.
   * @throws DragomanError ANSWERED where somebody has answered after `seen`, or let a draft go out; nothing is changed then
   */
  reply(conversationId: string, text: string, by?: ReplyBy): Promise<Message>;
  /** The bot is silent for `seconds`, or for the account's cool-down. @throws DragomanError BAD_REQUEST under a second, over a year. */
  takeOver(conversationId: string, seconds?: number): Promise<ConversationView>;
  /** The bot may answer again at once; the customer is told with its next words, where the account has words for it. */
  handBack(conversationId: string): Promise<ConversationView>;
  setStatus(conversationId: string, status: ConversationStatus): Promise<ConversationView>;
  drafts(page: Page): Promise<Message[]>;
  /** @param by `text`: in these words, where they are others than the draft's. `seen`: refused as a reply is. */
  approve(messageId: string, by?: Pick<ReplyBy, 'writer' | 'seen'> & { text?: string }): Promise<Message>;
  /** @throws DragomanError NOT_FOUND when it is no draft any more. */
  discard(messageId: string): Promise<Message>;
}

/** Who writes, and what beside words. */
export interface ReplyBy extends Pick<Outgoing, 'media' | 'buttons'> {
  /** A user. */
  writer?: string;
  /** `seq` of the newest message that he has seen. */
  seen?: number;
  /** Ids of drafts that wait, as he sees it. */
  drafts?: readonly string[];
  /** So long it waits, and can be taken back; milliseconds. */
  undoMs?: number;
}

export interface OperatorOptions {
  store: Store;
  gateway: Gateway;
  registry: Registry;
  clock: Clock;
}

export function createOperator({ store, gateway, registry, clock }: OperatorOptions): Operator {
  const missing = (id: string) =>
    new DragomanError('NOT_FOUND', `There is no conversation ${id}.`, 'List them with "dragoman conversations".');

  const accountOf = (conversation: Conversation) => {
    const account = registry.account(conversation.accountId);
    if (!account)
      throw new DragomanError(
        'ACCOUNT_MISSING',
        'The account of this conversation is not in the flows.',
        'Deploy it again.',
      );
    return account;
  };

  async function existing(id: string): Promise<Conversation> {
    const conversation = await store.conversation(id);
    if (!conversation) throw missing(id);
    return conversation;
  }

  async function change(
    id: string,
    patch: (conversation: Conversation) => Partial<Conversation>,
  ): Promise<ConversationView> {
    const changed = await store.run(changeStatus(id, patch, clock.now()));
    if (!changed) throw missing(id);
    return view(changed);
  }

  /** @param seconds the end, counted from now; without it the account's cool-down, within its ceiling. */
  async function take(id: string, seconds?: number): Promise<ConversationView> {
    if (seconds !== undefined && !(seconds >= 1 && seconds <= LONGEST_SILENCE_S))
      throw new DragomanError(
        'BAD_REQUEST',
        `A takeover of ${seconds} seconds is none.`,
        `Ask for 1 to ${LONGEST_SILENCE_S} seconds, which is a year.`,
      );
    const { takeover } = accountOf(await existing(id));
    const times =
      seconds === undefined
        ? takeover
        : { cooldownMs: seconds * 1_000, ceilingMs: Math.max(seconds * 1_000, takeover.ceilingMs) };
    return change(id, (conversation) => takeOver(conversation, clock.now(), times));
  }

  return {
    async list(filter) {
      if (filter.status !== undefined) known(filter.status);
      return (await store.conversations(filter)).map(view);
    },
    async search(sought) {
      if (soughtIn(sought.text).length === 0)
        throw new DragomanError(
          'BAD_REQUEST',
          'There is no word to look for.',
          'Give the beginning of a word that was said, or of a name.',
        );
      const { found, ...rest } = await store.search(sought);
      return {
        found: found.map(({ conversation, message }) => ({ conversation: view(conversation), message })),
        ...rest,
      };
    },
    async read(id, page) {
      const conversation = await existing(id);
      const messages = await store.messages(id, page);
      const ids = [...new Set(messages.flatMap((message) => message.turnId ?? []))];
      const turns = (await Promise.all(ids.map((turn) => store.turn(turn)))).filter((turn) => turn !== null);
      return {
        conversation: view(conversation),
        messages,
        turns: turns.map(({ id: turn, state, outcome, error, startedAt }) => ({
          id: turn,
          state,
          outcome,
          error,
          startedAt,
        })),
        decisions: turns.flatMap((turn) => turn.decisions.map((decision) => ({ ...decision, turnId: turn.id }))),
      };
    },
    async reply(id, text, { writer, seen, drafts, undoMs, media = [], buttons } = {}) {
      if (!text.trim() && media.length === 0)
        throw new DragomanError('BAD_REQUEST', 'The reply is empty.', 'Write something.');
      const conversation = await existing(id);
      const account = accountOf(conversation);
      // Rendered first: what is refused changes nothing.
      const parts = rendered(account.channel, { text, media, buttons });
      if (seen !== undefined) await store.run((records) => refuseAnswered(records, id, { seen, drafts }));
      if (account.enabled) await take(id);
      const now = clock.now();
      return gateway.deliver({
        id: newId(now),
        conversationId: id,
        accountId: account.id,
        turnId: null,
        author: 'human',
        purpose: 'human',
        text,
        media,
        parts,
        writer,
        seen,
        drafts,
        ...(undoMs && { nextTryAt: now + undoMs }),
        at: now,
      });
    },
    takeOver: take,
    handBack: (id) =>
      change(id, ({ humanUntil, status }) => ({
        humanUntil: Math.min(humanUntil, clock.now()),
        ...(status !== 'closed' && { status: 'active', statusNote: null }),
      })),
    async setStatus(id, status) {
      known(status);
      return change(id, () => ({
        status,
        statusNote: { at: clock.now(), reason: 'A person set it.', turnId: null },
      }));
    },
    drafts: (page) => store.sends({ states: ['draft'], ...page }),
    async approve(messageId, { writer, seen, text } = {}) {
      const draft = text === undefined ? null : await store.message(messageId);
      if (!draft || draft.text === text) return gateway.approve(messageId, { writer, seen });
      const { channel } = accountOf(await existing(draft.conversationId));
      const parts = rendered(channel, { text: text!, media: draft.media.flatMap(asOutgoing) });
      return gateway.approve(messageId, { writer, seen, changed: { text: text!, parts } });
    },
    discard: gateway.discard,
  };
}

/** A medium of ours as it was asked for. */
const asOutgoing = ({ kind, url, caption, name }: Media): NonNullable<Outgoing['media']> =>
  url && (kind === 'image' || kind === 'audio' || kind === 'video' || kind === 'document')
    ? [{ kind, url, caption, name }]
    : [];

/** @throws DragomanError BAD_REQUEST */
function known(status: ConversationStatus): void {
  if (!CONVERSATION_STATUSES.includes(status))
    throw new DragomanError(
      'BAD_REQUEST',
      `"${status}" is no status.`,
      `Use one of ${CONVERSATION_STATUSES.join(', ')}.`,
    );
}

function view<T extends Conversation>(
  conversation: T,
): Omit<T, Hidden | 'openTurn'> & Pick<ConversationView, 'openTurn'> {
  const {
    address: _address,
    head: _head,
    leaseOwner: _leaseOwner,
    leaseUntil: _leaseUntil,
    sendOwner: _sendOwner,
    sendAt: _sendAt,
    takenSeq: _takenSeq,
    arrivals: _arrivals,
    exchange: _exchange,
    openTurn,
    ...rest
  } = conversation;
  return { ...rest, openTurn: openTurn?.id ?? null };
}
