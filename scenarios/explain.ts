/** Why a scenario failed, as far as the bot and the platforms can tell: what was said, decided, sent and logged. */
import type { Decision, Message } from '../core/model.ts';
import type { Call } from '../simulator/types.ts';
import { askings, conversationOf, messagesOf, quoted, short, turnsOf } from './look.ts';
import type { Resident } from './people.ts';
import { localTime } from './time.ts';
import type { World } from './world.ts';

const CALLS = 8;
const LINES = 12;

/** Lines for a person to read, with titles that end in a colon. */
export async function explain(world: World): Promise<string[]> {
  const { clock, scenario } = world;
  const at = (time: number) => localTime(time, scenario.zone);
  const lines = [`It was ${at(clock.now())} (${scenario.zone}).`];
  for (const person of world.people.values()) lines.push(...(await conversation(world, person, at)));
  const calls = world.standIns.simulator.calls().slice(-CALLS);
  if (calls.length > 0)
    lines.push('Requests to platforms:', ...calls.map((call) => `  ${at(call.at)} ${callLine(call)}`));
  const asked = askings(world).slice(-CALLS);
  if (asked.length > 0)
    lines.push(
      'Questions to the LLM:',
      ...asked.map(
        ({ status, fault, said }) => `  ${status || 'no answer'}${fault ? ` (${fault})` : ''} ${quoted(said)}`,
      ),
    );
  const logged = world.logs.filter(({ ours }) => ours).slice(-LINES);
  if (logged.length > 0)
    lines.push('Log:', ...logged.map((line) => `  ${at(line.at)} ${line.level} ${short(line.text, 300)}`));
  return lines;
}

async function conversation(world: World, person: Resident, at: (time: number) => string): Promise<string[]> {
  const found = await conversationOf(world, person);
  if (!found) return world.saidAt.has(person.key) ? [`${person.key} has no conversation.`] : [];
  const facts = [
    found.status,
    found.humanUntil > world.clock.now() && `a human has it until ${at(found.humanUntil)}`,
    found.optedOutAt && 'opted out',
    found.blockedAt && 'blocked the bot',
  ].filter(Boolean);
  const messages = await messagesOf(world, found);
  const last = (await turnsOf(world, found)).at(-1);
  return [
    `Conversation of ${person.key} (${facts.join(', ')}):`,
    ...messages.slice(-LINES).map((message) => `  ${at(message.at)} ${messageLine(message)}`),
    ...(last
      ? [
          `Last turn of ${person.key}: ${last.outcome ?? last.state}${last.error ? `, ${last.error}` : ''}`,
          ...last.decisions.map(decisionLine),
        ]
      : []),
  ];
}

function messageLine({ author, state, text, source, error, media, answered, direction }: Message): string {
  const marks = [
    state,
    source?.kind,
    direction === 'in' && (answered ? 'answered' : 'not answered'),
    error && `${error.code} ${error.message}`,
  ];
  const what = text || media.map(({ kind }) => kind).join(', ');
  return `${author}: ${quoted(what)} [${marks.filter(Boolean).join(', ')}]`;
}

const decisionLine = ({ gate, result, rule, reason }: Decision) => `  ${gate}: ${result} (${rule}) ${reason}`;

function callLine({ platform, method, thread, status, fault, text, schemaErrors }: Call): string {
  const wrong = schemaErrors.length > 0 ? ` against the schema: ${schemaErrors.join('; ')}` : '';
  return `${platform} ${method} to ${thread ?? 'nobody'}: ${status ?? 'no answer'}${fault ? ` (${fault})` : ''} ${text ? quoted(text) : ''}${wrong}`;
}
