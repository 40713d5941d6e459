/** What the steps look at: what reached people, what was asked, what is stored. */
import type { Contact, Conversation, Message, Turn } from '../core/model.ts';
import type { Call } from '../simulator/types.ts';
import { groupThread, type Resident } from './people.ts';
import type { World } from './world.ts';

/** Expected and got, each in a few words. */
export interface Problem {
  expected: string;
  got: string;
}

const PAGE = 500;

/** All requests for new messages to a person, private or in his groups, oldest first. */
export function sendsTo({ standIns, groups }: World, { key, platform, account, thread }: Resident, after = 0): Call[] {
  const threads = [thread, ...(groups.get(key) ?? [])];
  const calls = threads.flatMap((name) =>
    standIns.simulator.calls({ platform, account, thread: name, send: true, after }),
  );
  return calls.sort((a, b) => a.seq - b.seq);
}

/** What the steps have not looked at yet. */
export function newSends(world: World, person: Resident): Call[] {
  return sendsTo(world, person, world.seen.get(person.key) ?? 0);
}

export const arrived = (calls: Call[]): Call[] => calls.filter((call) => call.messageId !== undefined);

export function markSeen(world: World, person: Resident, calls: Call[]): void {
  const last = calls.at(-1);
  if (last) world.seen.set(person.key, last.seq);
}

export async function contactOf(world: World, person: Resident, conversation: Conversation): Promise<Contact | null> {
  const contact = conversation.contactId ? await world.engine().store.contact(conversation.contactId) : null;
  const known = contact?.identities.some(
    ({ accountId, value }) => accountId === person.accountId && person.identities.includes(value),
  );
  return known ? contact : null;
}

/** A person's conversation, or that of a group on his account. */
export async function conversationOf(
  world: World,
  person: Resident,
  group?: string,
): Promise<Conversation | undefined> {
  const all = await world.engine().store.conversations({ accountId: person.accountId, limit: PAGE });
  if (group) return all.find(({ threadKey }) => threadKey === `group:${groupThread(person.platform, group)}`);
  for (const conversation of all.filter(({ kind }) => kind === 'private'))
    if (await contactOf(world, person, conversation)) return conversation;
  return undefined;
}

export const messagesOf = (world: World, { id }: Conversation): Promise<Message[]> =>
  world.engine().store.messages(id, { limit: PAGE });

/** Oldest first. */
export async function turnsOf(world: World, { id, accountId }: Conversation): Promise<Turn[]> {
  const turns = await world.engine().store.turns({ accountId, limit: PAGE });
  return turns
    .filter(({ conversationId }) => conversationId === id)
    .sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
}

/** The stored message that a call to the platform sent. */
export async function storedAs(world: World, person: Resident, call: Call): Promise<Message | undefined> {
  const conversation = await conversationOf(world, person);
  if (!conversation) return undefined;
  const messages = await messagesOf(world, conversation);
  const is = (id: string | undefined) => id === call.messageId || id?.endsWith(`:${call.messageId}`) === true;
  return messages.findLast((message) => message.parts?.some(({ platformId }) => is(platformId)));
}

/** The stored message that a step gave a name. */
export async function messageNamed(world: World, label: string): Promise<Message | undefined> {
  const named = world.labels.get(label);
  const person = named && world.people.get(named.person);
  const conversation = person && (await conversationOf(world, person));
  const messages = conversation ? await messagesOf(world, conversation) : [];
  return messages.find(
    ({ platformId, direction }) =>
      direction === 'in' && (platformId === named!.id || platformId?.endsWith(`:${named!.id}`)),
  );
}

/** What the LLM was asked in one request. */
export interface Asking {
  index: number;
  status: number;
  fault?: string;
  /** Instructions and messages as one text, those that the server had kept first. */
  text: string;
  /** What the customer said last. */
  said: string;
}

const CHAT = /\/(responses|chat\/completions)$/;

/** Requests for an answer since `after`, oldest first. */
export function askings({ standIns: { llm } }: World, after = 0): Asking[] {
  return llm.journal.flatMap(({ path, status, fault, body, kept = [] }, index): Asking[] => {
    if (index < after || !CHAT.test(path)) return [];
    const texts = textsIn(body);
    const last = texts.at(-1) ?? '';
    return [
      {
        index,
        status,
        fault,
        text: [...kept, ...texts].join('\n'),
        said: /<customer>\s*([\s\S]*?)\s*<\/customer>/.exec(last)?.[1] ?? last,
      },
    ];
  });
}

/** Everything that a person could read in a request, in order. */
function textsIn(body: unknown): string[] {
  if (Array.isArray(body)) return body.flatMap(textsIn);
  if (typeof body !== 'object' || body === null) return [];
  const { instructions, input, messages, content, text, output } = body as Record<string, unknown>;
  return [instructions, input, messages, content, text, output].flatMap((value) =>
    typeof value === 'string' ? [value] : textsIn(value),
  );
}

/** A few words of a text, on one line. */
export function short(text: string | undefined, length = 160): string {
  const line = (text ?? '').replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

export const quoted = (text: string | undefined) => `“${short(text)}”`;
