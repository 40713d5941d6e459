/** A simulated conversation as our store has it: found by who writes, and read back as the bubbles of the page. */
import type { Account } from '../../core/accounts.ts';
import type { Conversation, ConversationStatus, Json, Message, SendPart } from '../../core/model.ts';
import { judge } from '../../core/policy/rules.ts';
import type { Http, HttpRequest, Plan, Records } from '../../core/ports.ts';
import type { PlatformId, Simulator } from '../../simulator/index.ts';
import type { Engine } from '../engine.ts';
import type { ConversationDetail } from '../operator.ts';
import { type Item, shown } from './item.ts';
import type { PageCustomer } from './say.ts';

/** The kind of identity that the page's people have on each platform. */
const KINDS: Record<string, string> = { telegram: 'telegram', whatsapp: 'phone', instagram: 'igsid', waha: 'phone' };

export const identityOn = (channel: string): string => KINDS[channel] ?? channel;

/** The topic of its chat that a conversation is in. */
export function topicOf({ threadKey }: Conversation): number | undefined {
  const topic = /:topic:(\d+)$/.exec(threadKey)?.[1];
  return topic === undefined ? undefined : Number(topic);
}

/** The private conversation of this person with the account, in this topic; null before the first message. */
export const conversationOf =
  ({ id: accountId, channel }: Account, { id, topic }: Pick<PageCustomer, 'id' | 'topic'>): Plan<Conversation | null> =>
  (records) => {
    const holder = records.holder(accountId, { kind: identityOn(channel.id), value: id });
    const all = holder ? records.conversationsOf(holder.contactId) : [];
    return all.find((one) => one.accountId === accountId && one.kind === 'private' && topicOf(one) === topic) ?? null;
  };

/** What the account is called in the stand-in's paths. */
export function nameOn({ id, channel, settings }: Account): string {
  return settings.botToken || channel.identity?.(settings) || id;
}

/** A message's id as the store has it: Telegram's are unique in their chat only. */
export const idIn = (platform: string, chat: string, id: string) => (platform === 'telegram' ? `${chat}:${id}` : id);

/** Whether this person was sent the message: a moment ago, as the platform knows, or before, as we do. None is asked of who names none. */
export async function wasShown(
  { store }: Engine,
  simulator: Simulator,
  account: Account,
  person: Pick<PageCustomer, 'id' | 'topic'>,
  id: string | undefined,
): Promise<boolean> {
  if (id === undefined) return true;
  const platform = account.channel.id;
  const calls = simulator.calls({
    platform: platform as PlatformId,
    account: nameOn(account),
    thread: person.id,
    send: true,
  });
  if (calls.some(({ messageId }) => messageId !== undefined && idIn(platform, person.id, messageId) === id))
    return true;
  const sent = (records: Records) => {
    const conversation = conversationOf(account, person)(records);
    return records.byPlatformId(account.id, id).some(({ conversationId }) => conversationId === conversation?.id);
  };
  return store.run(sent, { lazy: true });
}

/** Who may answer now, and what keeps the bot from it. */
export interface PageState {
  /** The conversation's id, as commands take it. */
  conversation: string;
  status: ConversationStatus;
  /** A colleague has it until then, UTC milliseconds; 0: nobody. */
  humanUntil: number;
  /** The first rule that forbids an answer. */
  block?: { rule: string; reason: string };
}

export function stateOf(conversation: Conversation, account: Account, now: number): PageState {
  const { windowHours } = account.channel.capabilities;
  const { result, rule, reason } = judge('simulator', { conversation, now, purpose: 'reply', windowHours });
  return {
    conversation: conversation.id,
    status: conversation.status,
    humanUntil: conversation.humanUntil > now ? conversation.humanUntil : 0,
    block: result === 'block' ? { rule, reason } : undefined,
  };
}

export interface TurnReport {
  id: string;
  outcome?: string;
  decisions: { gate: string; result: 'pass' | 'block'; rule: string; reason: string }[];
  source?: Message['source'];
  error?: string;
}

/** What became of the last thing that the customer said. */
export function lastTurn({ messages, turns, decisions }: ConversationDetail): TurnReport | undefined {
  const id = messages.findLast(({ direction, turnId }) => direction === 'in' && turnId)?.turnId;
  const turn = turns.find((one) => one.id === id);
  if (!turn) return undefined;
  return {
    id: turn.id,
    outcome: turn.outcome,
    decisions: decisions.filter(({ turnId }) => turnId === id),
    source: messages.findLast(({ turnId, source }) => turnId === id && source)?.source,
    error: turn.error,
  };
}

/** The bubbles of these messages, in order. What never left for the platform is none. */
export async function itemsOf(
  messages: Message[],
  account: Account,
  address: Json,
  simulator: Simulator,
): Promise<Item[]> {
  const lists = await Promise.all(
    messages.map(async (message): Promise<Item[]> => {
      if (!message.parts) return [said(message)];
      const parts = await Promise.all(
        message.parts.map((part, index) => partItem(message, part, index, account, address, simulator)),
      );
      return parts.filter((item) => item !== undefined);
    }),
  );
  return lists.flat();
}

/** What the customer said, or a colleague in the platform's own app. */
function said({ id, platformId, direction, author, text, at, media, choice }: Message): Item {
  return {
    id: platformId ?? id,
    from: direction === 'in' ? 'customer' : author === 'human' ? 'human' : 'bot',
    text: choice?.title ?? text,
    format: 'plain',
    at,
    state: direction === 'in' ? 'read' : 'sent',
    media: media.length > 0 ? media.map(({ kind }) => ({ kind })) : undefined,
    choice,
  };
}

async function partItem(
  message: Message,
  { request, sayIn, state, platformId, error }: SendPart,
  index: number,
  account: Account,
  address: Json,
  simulator: Simulator,
): Promise<Item | undefined> {
  if (state === 'draft' || state === 'queued' || state === 'discarded') return undefined;
  const item = {
    id: platformId ?? `${message.id}#${index}`,
    from: message.author === 'human' ? ('human' as const) : ('bot' as const),
    at: message.at,
    state,
    error: error?.message,
  };
  // Its sound is nowhere kept.
  if (sayIn !== undefined) return { ...item, text: message.text, format: 'plain', media: [{ kind: 'voice' }] };
  const sent = await requestOf(account, request, address);
  const call = sent && simulator.read(sent, new URL(sent.url).pathname);
  return call && { ...item, ...shown(account.channel.id, call, message.text) };
}

/** The request that says this part, made by the channel once more and not sent. */
async function requestOf({ channel, settings }: Account, part: Json, address: Json) {
  let made: (HttpRequest & { headers: Record<string, string>; body: string }) | undefined;
  const keep: Http = async (request) => {
    // What a channel asks before is no message.
    if (request.method !== 'GET') made ??= { headers: {}, ...request, body: String(request.body ?? '') };
    return { status: 200, headers: {}, text: '{}' };
  };
  await channel.send(part, address, settings, keep);
  return made;
}
