/** The steps that look: each returns what is not as the scenario says. */
import type { Conversation, Message } from '../core/model.ts';
import { plural } from '../core/text/plural.ts';
import type { Call } from '../simulator/types.ts';
import type { Expected, Stored, StoredMessage, TextTest } from './format.ts';
import {
  arrived,
  askings,
  contactOf,
  conversationOf,
  markSeen,
  messagesOf,
  newSends,
  type Problem,
  quoted,
  short,
  storedAs,
  turnsOf,
} from './look.ts';
import type { Resident } from './people.ts';
import { span } from './time.ts';
import type { World } from './world.ts';

/** How each kind of test reads in a report. */
const SAYS: Record<TextTest['kind'], string> = {
  contains: 'contains',
  lacks: 'does not contain',
  matches: 'matches',
  is: 'is',
};

export function failures(what: string, text: string | undefined, tests: TextTest[]): Problem[] {
  return tests
    .filter((one) => !one.test(text ?? ''))
    .map(({ kind, words }) => ({ expected: `${what} ${SAYS[kind]} “${words}”`, got: quoted(text) }));
}

function same(what: string, wanted: unknown, got: unknown): Problem[] {
  if (wanted === undefined || JSON.stringify(wanted) === JSON.stringify(got)) return [];
  return [{ expected: `${what}: ${JSON.stringify(wanted)}`, got: JSON.stringify(got) ?? 'nothing' }];
}

const listed = (calls: Call[]) =>
  calls.map((call) => quoted(call.text || call.media?.map(({ kind }) => kind).join(', '))).join(', ') || 'nothing';

export async function expectBot(world: World, person: Resident, wanted: Expected): Promise<Problem[]> {
  const tried = newSends(world, person);
  const calls = arrived(tried);
  if (calls.length !== wanted.messages) {
    const refused =
      tried.length > calls.length
        ? `; ${tried.length - calls.length} were refused (${tried.find((call) => !call.messageId)?.fault ?? 'see the journal'})`
        : '';
    return [
      {
        expected: `${plural(wanted.messages, 'new message')} for ${person.key}`,
        got: `${calls.length}: ${listed(calls)}${refused}`,
      },
    ];
  }
  markSeen(world, person, tried);
  const text = calls.map((call) => call.text ?? '').join('\n');
  const last = calls.at(-1);
  const problems = [
    ...failures('text', text, wanted.text),
    ...same(
      'buttons',
      wanted.buttons,
      calls.flatMap((call) => call.buttons?.map(({ title }) => title) ?? []),
    ),
    ...same(
      'media',
      wanted.media,
      calls.flatMap((call) => call.media?.map(({ kind }) => kind) ?? []),
    ),
    ...same('tries', wanted.tries, tried.length),
  ];
  if (last) problems.push(...timing(world, person, last.at, wanted));
  if (last && (wanted.source || wanted.passage)) problems.push(...(await origin(world, person, last, wanted)));
  return problems;
}

function timing(world: World, person: Resident, at: number, { withinMs, notBeforeMs }: Expected): Problem[] {
  const took = at - (world.saidAt.get(person.key) ?? at);
  const got = `after ${span(took)}`;
  return [
    ...(withinMs !== undefined && took > withinMs ? [{ expected: `within ${span(withinMs)}`, got }] : []),
    ...(notBeforeMs !== undefined && took < notBeforeMs ? [{ expected: `not before ${span(notBeforeMs)}`, got }] : []),
  ];
}

/** Who wrote the words, and from which piece of knowledge. */
async function origin(world: World, person: Resident, call: Call, { source, passage }: Expected): Promise<Problem[]> {
  const stored = await storedAs(world, person, call);
  const problems = same('source', source, stored?.source?.kind);
  if (!passage) return problems;
  const passages = stored?.source?.passages ?? [];
  if (passages.some((id) => id.includes(passage))) return problems;
  return [
    ...problems,
    { expected: `quotes or uses a passage of “${passage}”`, got: passages.join(', ') || 'no passages' },
  ];
}

export function expectSilence(world: World, person: Resident): Problem[] {
  const tried = newSends(world, person);
  const calls = arrived(tried);
  markSeen(world, person, tried);
  return calls.length === 0 ? [] : [{ expected: `nothing for ${person.key}`, got: listed(calls) }];
}

/** The newest turn of the conversation was blocked. */
export async function expectBlocked(
  world: World,
  person: Resident,
  wanted: { gate?: string; rule?: string; reason: TextTest[] },
): Promise<Problem[]> {
  const conversation = await conversationOf(world, person);
  const turn = conversation && (await turnsOf(world, conversation)).at(-1);
  const expected = `blocked${wanted.gate ? ` by ${wanted.gate}` : ''}${wanted.rule ? ` (rule ${wanted.rule})` : ''}`;
  if (!turn) return [{ expected, got: 'no turn at all' }];
  const blocks = turn.decisions.filter(({ result }) => result === 'block');
  const fitting = blocks.filter(({ gate, rule }) => (wanted.gate ?? gate) === gate && (wanted.rule ?? rule) === rule);
  const decision = fitting.find(({ reason }) => wanted.reason.every((one) => one.test(reason))) ?? fitting[0];
  if (!decision)
    return [
      {
        expected,
        got: `${turn.outcome ?? turn.state}; blocks: ${blocks.map(({ gate, rule }) => `${gate} (${rule})`).join(', ') || 'none'}`,
      },
    ];
  return failures('reason', decision.reason, wanted.reason);
}

export async function expectStored(world: World, person: Resident | undefined, wanted: Stored): Promise<Problem[]> {
  const { store, clock } = world.engine();
  const problems: Problem[] = [];
  if (wanted.conversations !== undefined) {
    const all = await store.conversations({ limit: 10_000 });
    problems.push(...same('conversations in the store', wanted.conversations, all.length));
  }
  if (!person) return problems;
  const conversation = await conversationOf(world, person, wanted.group);
  if (!conversation) return [...problems, { expected: `a conversation of ${wanted.group ?? person.key}`, got: 'none' }];
  problems.push(
    ...same('status', wanted.status, conversation.status),
    ...same('a human has it', wanted.human, conversation.humanUntil > clock.now()),
    ...same('opted out', wanted.optedOut, conversation.optedOutAt > 0),
    ...same('unreachable', wanted.unreachable, conversation.blockedAt > 0),
    ...Object.entries(wanted.vars ?? {}).flatMap(([name, value]) =>
      same(`vars.${name}`, value, conversation.vars[name]),
    ),
  );
  if (wanted.language !== undefined)
    problems.push(...same('language', wanted.language, (await contactOf(world, person, conversation))?.language));
  if (wanted.count === undefined && !wanted.messages) return problems;
  return [...problems, ...(await expectMessages(world, conversation, wanted))];
}

async function expectMessages(
  world: World,
  conversation: Conversation,
  { count, messages }: Stored,
): Promise<Problem[]> {
  const stored = await messagesOf(world, conversation);
  const problems = same('stored messages', count, stored.length);
  const newest = messages?.length ? stored.slice(-messages.length) : [];
  messages?.forEach((wanted, index) => {
    const message = newest[index - (messages.length - newest.length)];
    problems.push(
      ...(message
        ? differences(message, wanted, index + 1)
        : [{ expected: `message ${index + 1}`, got: `only ${newest.length} are stored` }]),
    );
  });
  return problems;
}

function differences(message: Message, wanted: StoredMessage, number: number): Problem[] {
  const found = [
    ...same('from', wanted.from, message.author),
    ...(wanted.text ? failures('text', message.text, wanted.text) : []),
    ...same('state', wanted.state, message.state),
    ...same('source', wanted.source, message.source?.kind),
    ...(wanted.error
      ? failures('error', `${message.error?.code ?? ''} ${message.error?.message ?? ''}`, wanted.error)
      : []),
    ...same('answered', wanted.answered, message.answered),
    ...same('edited', wanted.edited, message.editedAt !== undefined),
    ...same('deleted', wanted.deleted, message.deletedAt !== undefined),
    ...same('reaction', wanted.reaction, message.reaction ?? ''),
    ...same('consent', wanted.consent, message.consent),
    ...same(
      'media',
      wanted.media,
      message.media.map(({ kind }) => kind),
    ),
  ];
  return found.map(({ expected, got }) => ({
    expected: `message ${number} (${message.author} ${quoted(short(message.text, 40))}): ${expected}`,
    got,
  }));
}

/** What the LLM was asked since the last such step. */
export function expectAsked(world: World, wanted: { times?: number; text: TextTest[] }): Problem[] {
  const asked = askings(world, world.askedSeen);
  world.askedSeen = world.standIns.llm.journal.length;
  const problems = same('questions to the LLM', wanted.times, asked.length);
  if (wanted.text.length === 0) return problems;
  const last = asked.at(-1);
  return [
    ...problems,
    ...(last ? failures('the question', last.text, wanted.text) : [{ expected: 'a question to the LLM', got: 'none' }]),
  ];
}

/** The newest webhook calls, oldest first. */
export async function expectLogged(
  world: World,
  wanted: { event?: string; status?: number; error?: TextTest[] }[],
): Promise<Problem[]> {
  const calls = (await world.engine().store.webhooks({ limit: wanted.length })).reverse();
  return wanted.flatMap((one, index) => {
    const call = calls[index - (wanted.length - calls.length)];
    if (!call) return [{ expected: `webhook call ${index + 1}`, got: `only ${calls.length} are logged` }];
    return [
      ...same(`event of webhook call ${index + 1}`, one.event, call.eventType),
      ...same(`status of webhook call ${index + 1}`, one.status, call.status),
      ...(one.error ? failures(`error of webhook call ${index + 1}`, call.error, one.error) : []),
    ];
  });
}

export async function expectRetrieved(
  world: World,
  { base, query, first, holds }: { base: string; query: string; first?: string; holds?: string },
): Promise<Problem[]> {
  const passages = await world.engine().knowledge.search(base, query, 5);
  const got = passages.map(({ source, title }) => `${source} (${title})`).join(', ') || 'no passages';
  const problems: Problem[] = [];
  if (first !== undefined && !passages[0]?.source.includes(first))
    problems.push({ expected: `first passage from “${first}”`, got });
  if (holds !== undefined && !passages.some(({ source, text }) => source.includes(holds) || text.includes(holds)))
    problems.push({ expected: `a passage with “${holds}”`, got });
  return problems;
}
