/** The way of a message, or of a conversation's last ones, in words' codes: put together of what is stored, when somebody asks. */
import { DragomanError } from '../../core/errors.ts';
import type { Conversation, Message, WebhookRecord } from '../../core/model.ts';
import { hideNumbers, wordsWithoutNumbers } from '../desk/thread.ts';
import type { Engine } from '../engine.ts';
import { callEntries, laneEntries, saidEntries } from './arrival.ts';
import type { Entry, Group, NodeRef, Timeline, Told } from './entries.ts';
import { levelOf } from './recorder.ts';
import { replyEntries } from './sends.ts';
import { turnEntries } from './steps.ts';
import { whyOf } from './why.ts';

/** Messages of a conversation on a page. */
const PAGE = 40;
/** A platform delivers again for so long after a message, as far as one timeline looks. */
const AROUND_MS = 15 * 60_000;
const MOST_CALLS = 100;
/** From what a call brought to the call's own row: a long batch takes a while. */
const BROUGHT_MS = 5_000;

type Parts = Pick<Engine, 'store' | 'registry' | 'recorder' | 'clock'>;

export interface Looking {
  /** How the editor knows a node. */
  node(id: string): NodeRef;
  /** Whether who looks may see what a model was asked, and numbers. */
  manages: boolean;
}

/** One message with the turn that it belongs to. @throws DragomanError NOT_FOUND */
export async function timelineOfMessage(parts: Parts, messageId: string, looking: Looking): Promise<Timeline> {
  const message = await parts.store.message(messageId);
  const conversation = message && (await parts.store.conversation(message.conversationId));
  if (!message || !conversation)
    throw new DragomanError('NOT_FOUND', `There is no message ${messageId}.`, 'It may be past its retention.');
  const [turn, newest] = await Promise.all([
    message.turnId ? parts.store.turn(message.turnId) : null,
    parts.store.messages(conversation.id, { limit: PAGE }),
  ]);
  const asked = await Promise.all((turn?.messageIds ?? []).map((id) => parts.store.message(id)));
  const mine = new Map([message, ...asked].flatMap((one) => (one ? [[one.id, one]] : [])));
  const messages = [...mine.values()].sort(bySeq);
  return built(parts, conversation, messages, looking, { beside: newest });
}

/** @param before only messages before this `seq`. @throws DragomanError NOT_FOUND */
export async function timelineOfConversation(
  parts: Parts,
  conversationId: string,
  looking: Looking,
  before?: number,
): Promise<Timeline> {
  const conversation = await parts.store.conversation(conversationId);
  if (!conversation)
    throw new DragomanError('NOT_FOUND', `There is no conversation ${conversationId}.`, 'Look it up in the list.');
  const messages = await parts.store.messages(conversationId, { before, limit: PAGE });
  const older = messages.length === PAGE ? messages[0]!.seq : null;
  return built(parts, conversation, messages, looking, { older, open: before === undefined });
}

interface Shown {
  /** Where older messages are; null: there are none. */
  older?: number | null;
  /** Up to now: calls that were refused since the last message are told too. */
  open?: boolean;
  /** Other messages of the conversation, by which is told which one came again. */
  beside?: readonly Message[];
}

async function built(
  parts: Parts,
  conversation: Conversation,
  messages: Message[],
  looking: Looking,
  { older = null, open = false, beside = [] }: Shown,
): Promise<Timeline> {
  const { store, registry, recorder, clock } = parts;
  await recorder.flush();
  const { id: conversationId, accountId } = conversation;
  const first = messages[0]?.at ?? conversation.createdAt;
  const since = first - 5_000;
  const until = open ? clock.now() : (messages.at(-1)?.at ?? first) + AROUND_MS;
  const [calls, earlier, contact] = await Promise.all([
    store.callsAround({ accountId, conversationId, since, until, limit: MOST_CALLS }),
    store.tracesOf(conversationId, { before: until + 1, limit: PAGE * 2 }),
    conversation.contactId ? store.contact(conversation.contactId) : null,
  ]);
  const account = registry.account(accountId);
  const node = (nodeId: string | undefined) => (nodeId ? looking.node(nodeId) : undefined);
  const stepParts = { node, prompt: account?.prompt, manages: looking.manages };

  const turnIds = [...new Set(messages.flatMap(({ turnId }) => turnId ?? []))];
  const groups: Group[] = [];
  for (const turnId of turnIds) groups.push(await turnGroup(turnId));
  for (const message of messages) if (!message.turnId) groups.push(lone(message));
  const told = new Set(
    groups.flatMap(({ entries }) => entries.flatMap(({ code, at }) => (code.startsWith('call') ? at : []))),
  );
  const loose = open ? calls.filter(({ at, error, status }) => !told.has(at) && (error || status >= 400)) : [];
  if (loose.length > 0) groups.push(callsGroup(loose));

  return {
    conversation: {
      ...{ id: conversationId, account: account?.name ?? accountId, channel: conversation.channel },
      ...{
        status: conversation.status,
        name: (looking.manages ? contact?.name : contact?.name && hideNumbers(contact.name)) ?? null,
      },
    },
    groups: groups.sort((one, other) => one.at - other.at).map(looking.manages ? (group) => group : withoutNumbers),
    before: older,
    off: levelOf() === 'off',
  };

  async function turnGroup(turnId: string): Promise<Group> {
    const [turn, traces, replies] = await Promise.all([
      store.turn(turnId),
      store.traces(turnId),
      store.replies(turnId),
    ]);
    const inbound = messages.filter((message) => message.turnId === turnId && message.direction === 'in');
    const brought = callsOf(inbound);
    const begunAt = turn?.startedAt ?? traces[0]?.at ?? inbound[0]?.at ?? replies[0]?.at ?? first;
    const entries: Entry[] = [
      ...callEntries(brought),
      ...inbound.flatMap(saidEntries),
      ...laneEntries(
        inbound,
        begunAt,
        earlier.filter((trace) => trace.turnId !== turnId),
      ),
      ...turnEntries(turn, traces, stepParts),
      ...replies.flatMap((reply) => replyEntries(reply, node)),
    ];
    return {
      ...{ id: turnId, kind: 'turn', at: inbound[0]?.at ?? begunAt },
      said: inbound.map(({ id, text }) => ({ id, text })),
      why: turn ? whyOf(turn, { node, replies, traces, calls: brought }) : [{ code: 'why.gone', tone: 'neutral' }],
      entries: inOrder(entries),
      ...(inbound[0] && { rerun: inbound[0].id }),
    };
  }

  /** Calls that brought these messages, and brought them again. */
  function callsOf(inbound: readonly Message[]): WebhookRecord[] {
    const mine = calls.filter(({ conversations }) => conversations?.includes(conversationId));
    // A call is written down a moment after what it brought was read.
    const brought = new Set(
      inbound.map((message) => mine.find(({ at }) => at >= message.at && at - message.at < BROUGHT_MS)),
    );
    const isRepeat = ({ at, duplicates = 0, eventType }: WebhookRecord) =>
      duplicates > 0 && eventType.includes('message') && isAgain(at, inbound);
    return mine.filter((call) => brought.has(call) || isRepeat(call));
  }

  /** What comes again is of the message before it. */
  function isAgain(at: number, inbound: readonly Message[]): boolean {
    const came = [...messages, ...beside].filter((message) => message.direction === 'in' && message.at < at);
    const { id } = came.sort(bySeq).at(-1) ?? {};
    return inbound.some((message) => message.id === id);
  }

  function lone(message: Message): Group {
    const { id, at, text, direction } = message;
    const entries =
      direction === 'in' ? [...callEntries(callsOf([message])), ...saidEntries(message)] : replyEntries(message, node);
    const why = direction === 'in' ? [waitsTold(message)] : personTold(message);
    return {
      ...{ id, kind: direction === 'in' ? 'waiting' : 'person', at, why, entries: inOrder(entries) },
      said: [{ id, text }],
      ...(direction === 'in' && { rerun: id }),
    };
  }

  /** Why a message has no turn. */
  function waitsTold({ pending, deletedAt }: Message): Told {
    if (conversation.kind === 'group') return { code: 'why.group', tone: 'neutral' };
    if (deletedAt) return { code: 'why.deleted', tone: 'neutral' };
    if (!pending) return { code: 'why.untaken', tone: 'neutral' };
    if (!account || !registry.entry(accountId)) return { code: 'why.no-flow', tone: 'bad' };
    if (!account.enabled) return { code: 'why.off', tone: 'bad', values: { account: account.name } };
    return conversation.openTurn ? { code: 'why.lane', tone: 'info' } : { code: 'why.soon', tone: 'info' };
  }
}

const bySeq = (one: Message, other: Message) => one.seq - other.seq;

const personTold = (message: Message): Told[] => {
  const { author, state } = message;
  const fine = state === 'sent' || state === 'delivered' || state === 'read';
  const failed = replyEntries(message, () => undefined).at(-1)!;
  return [{ code: `why.${author}`, tone: 'info' }, ...(fine ? [] : [failed])];
};

function callsGroup(calls: WebhookRecord[]): Group {
  const entries = callEntries(calls);
  const [main] = entries.toReversed();
  return { id: calls[0]!.id, kind: 'calls', at: calls[0]!.at, said: [], why: [main!], entries };
}

/** A group for who may not see numbers. */
function withoutNumbers({ why, entries, ...group }: Group): Group {
  const told = <T extends Told>(one: T): T => (one.error ? { ...one, error: wordsWithoutNumbers(one.error) } : one);
  return { ...group, why: why.map(told), entries: entries.map(told) };
}

/** What happened at the same moment stays as it was told: arrival, lane, turn, reply. */
const inOrder = (entries: Entry[]): Entry[] => entries.sort((one, other) => one.at - other.at);
