/**
 * In what servers differ that speak OpenAI's API, as a table: by which refusal a trait is told, and how a request is put for a server that
 * has it. Plain data and pure functions; `memory.ts` keeps what was told.
 */
import type { Picture } from '../../core/ports.ts';
import type { Ask, Item } from './items.ts';
import type { AskTrait, DialectTrait } from './traits.ts';

/** What a server said when it refused a request. */
export interface Refusal {
  status: number;
  message: string;
  /** The field that it names. */
  param: string;
  code: string;
}

/** Fields that a request can do without. */
const FIELDS = [
  ...['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'tool_choice', 'stream_options', 'store', 'strict'],
  ...['safety_identifier', 'temperature', 'reasoning_content', 'reasoning_details', 'reasoning', 'extra_content'],
];
const REFUSED =
  /not (?:be )?(?:supported|permitted|allowed|recogni[sz]ed|accepted)|(?:does|do)(?: not|n't) support|unsupported|unrecogni[sz]ed|unknown|unexpected|extra[ _](?:inputs|fields|forbidden)|forbidden|additional propert|too large|must be (?:less|at most|one of)|invalid (?:parameter|argument|field|value)|cannot be used|deprecated|is (?:invalid|only allowed)/i;

interface Trait {
  name: AskTrait;
  /** For the log. */
  means: string;
  told: RegExp;
  adapt(ask: Ask): Ask;
}

const TRAITS: readonly Trait[] = [
  {
    name: 'alternating',
    means: 'wants the customer and the assistant to speak in turns',
    told: /must (?:be )?alternat|alternat\w* (?:user|roles|between user)|(?:user|assistant)\b.{0,20} alternat|roles? must start with .{0,3}user|unexpected role .{0,3}(?:user|assistant|model).{0,3} after|two (?:user|assistant) messages|交替|first (?:non-system )?message must (?:be|have|use)\b.{0,30}user|consecutive|multiple (?:user|assistant) messages/i,
    adapt: (ask) => ({ ...ask, items: alternating(ask.items) }),
  },
  {
    name: 'no-pictures',
    means: 'sees no pictures, so that they are told in words',
    told: /(?:not|n't|un|no|only)\b.{0,60}\b(?:image|vision|multi-?modal)|(?:image|vision|multi-?modal)\w*\b.{0,60}\b(?:not|n't|unsupported|disabled|invalid|require|only)|unknown variant .?image_url|mmproj|at most 0 images?|\bonly accepts text|data required for image|content.{0,40}must be (?:a|of type) string|(?:valid|expected).{0,20}string/i,
    adapt: withoutPictures,
  },
  {
    name: 'no-system',
    means: 'takes no system message, so that the instructions go with the first question',
    told: /only .{0,3}user.{0,10}(?:assistant|model).{0,3} roles|got .{0,3}system\b|(?:invalid|unexpected|unknown|unsupported|unrecogni[sz]ed)[ _](?:message )?(?:role|value|variant|enum value):? .{0,8}system|(?:role:? ['"`]?system['"`]?|['"`]system['"`]) (?:role )?(?:is )?(?:not|invalid|unsupported|forbidden|disabled)|system (?:role|messages?|prompt|instruction)s?\b.{0,40}(?:not|n't|un|disabled|forbidden|invalid)|(?:not|n't|un)\w*.{0,30}(?:['"`]system['"`]|\bsystem (?:role|message|prompt|instruction))|developer instruction|(?:valid roles?:?|input should be|(?:role|roles)\b.{0,20}(?:must|should|can) be.{0,10}) .{0,3}\buser\b(?![^.]{0,60}system)/i,
    adapt: withoutSystem,
  },
  {
    name: 'thoughts-back',
    means: 'wants its thoughts back with each call of a tool',
    told: /(?:missing|requires?|must|without|expected).{0,60}reasoning_content|reasoning_content.{0,60}(?:missing|required|must)/i,
    adapt: (ask) => ({ ...ask, items: ask.items.map(withThoughts) }),
  },
  {
    name: 'no-tools',
    means: 'has no tools, so that none are offered',
    told: /(?:does|do)(?: not|n't) support (?:tools|tool|function)|tool[- _](?:choice|call|use)\w*.{0,40}(?:requires|not (?:supported|enabled))|no endpoints found that support tool|functions?(?: calling)? (?:is|are) not (?:supported|enabled)|\btools['"`]? (?:is|are)? ?not (?:supported|enabled|allowed)|tools param requires|(?:unrecogni[sz]ed|unsupported|unknown|invalid) (?:request )?(?:argument|parameter|field|name)\b[^.]{0,20}\btools(?![\w.[])|(?:invalid|unexpected|unknown|unsupported) role:? .{0,3}(?:tool|function)\b|got .{0,3}tool\b/i,
    adapt: withoutTools,
  },
];

/** What the same refusal means once it was heeded: templates count a system message, or a tool's result, as one that speaks. */
const NEXT: Partial<Record<AskTrait, readonly AskTrait[]>> = {
  alternating: ['no-system', 'no-tools'],
  'no-system': ['no-tools'],
};

/**
 * A trait that explains a refusal and is not known yet. Null: it is about something else.
 * @param pictures the refused request had some.
 */
export function traitIn(refusal: Refusal, known: ReadonlySet<DialectTrait>, pictures = false): DialectTrait | null {
  if (![400, 404, 415, 422, 500, 501].includes(refusal.status)) return null;
  const { message, param, code } = refusal;
  const refused = REFUSED.test(message) || /unsupported|unknown/.test(code);
  // Without the field a server with tools has them still; one without says so again.
  const isChoice = /\btool_choice\b/.test(`${param} ${message}`) && !/\brequires\b/.test(message);
  if (isChoice && (refused || /\bonly\b|must be/i.test(message)) && !known.has('no tool_choice'))
    return 'no tool_choice';
  const told = TRAITS.filter((trait) => (trait.name !== 'no-pictures' || pictures) && trait.told.test(message));
  const trait = told.flatMap(({ name }) => [name, ...(NEXT[name] ?? [])]).find((name) => !known.has(name));
  if (trait) return trait;
  if (!refused) return null;
  // The one that is named first is meant, the next is mostly what to use instead.
  const named = FIELDS.map((field) => ({
    field,
    at: lastPart(param) === field ? -1 : message.search(new RegExp(`(?<![\\w])${field}(?![\\w])`)),
  }))
    .filter(({ field, at }) => (at >= 0 || lastPart(param) === field) && !known.has(`no ${field}`))
    .sort((a, b) => a.at - b.at)[0];
  return named ? `no ${named.field}` : null;
}

const lastPart = (param: string) => param.split('.').at(-1);

/** For the log. */
export const meaningOf = (trait: DialectTrait): string =>
  TRAITS.find(({ name }) => name === trait)?.means ?? `does not take ${trait.slice(3)}`;

/** Results in words are told by the customer's side, which speaks in turns too. */
const IN_ORDER = [
  ...TRAITS.filter(({ name }) => name === 'no-tools'),
  ...TRAITS.filter(({ name }) => name !== 'no-tools'),
];

/** A question as a server with these traits takes it. */
export const adapted = (ask: Ask): Ask =>
  IN_ORDER.reduce((each, { name, adapt }) => (ask.dialect.has(name) ? adapt(each) : each), ask);

/** The field that bounds a chat completion; undefined where the server takes none. */
export const limitField = (dialect: ReadonlySet<DialectTrait>) =>
  (['max_tokens', 'max_completion_tokens'] as const).find((field) => !dialect.has(`no ${field}`));

/** A body without the fields that the server does not take, at any depth but in tools' schemas. */
export function withoutFields<T>(body: T, dialect: ReadonlySet<DialectTrait>): T {
  const refused = new Set([...dialect].flatMap((trait) => (trait.startsWith('no ') ? [trait.slice(3)] : [])));
  return refused.size ? (stripped(body, refused) as T) : body;
}

function stripped(value: unknown, refused: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => stripped(item, refused));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name, item]) => !refused.has(name) && item !== undefined);
  return Object.fromEntries(kept.map(([name, item]) => [name, name === 'parameters' ? item : stripped(item, refused)]));
}

// ---------------------------------------------------------------- the traits' adaptations

const SAID_BEFORE = '[you wrote before]';

/** Neighbours of one side become one; what the assistant said first is told by the customer's side. */
function alternating(items: Item[]): Item[] {
  const merged: Item[] = [];
  const firstQuestion = items.findIndex((item) => item.kind === 'message' && item.role === 'user');
  for (const [index, item] of items.entries()) {
    const last = merged.at(-1);
    if (item.kind !== 'message') merged.push(item);
    else {
      const early = index < firstQuestion && item.role === 'assistant';
      const { role, text } = early ? { role: 'user' as const, text: `${SAID_BEFORE} ${item.text}` } : item;
      if (last?.kind === 'message' && last.role === role)
        merged[merged.length - 1] = { ...last, text: `${last.text}\n\n${text}`, pictures: picturesIn([last, item]) };
      else merged.push({ ...item, role, text });
    }
  }
  return merged;
}

function picturesIn(items: Item[]): Picture[] | undefined {
  const pictures = items.flatMap((item) => (item.kind === 'message' ? (item.pictures ?? []) : []));
  return pictures.length ? pictures : undefined;
}

function withoutSystem(ask: Ask): Ask {
  if (!ask.instructions) return ask;
  const at = ask.items.findIndex((item) => item.kind === 'message' && item.role === 'user');
  const first = ask.items[at];
  const items =
    first?.kind === 'message'
      ? ask.items.with(at, { ...first, text: `${ask.instructions}\n\n${first.text}` })
      : [{ kind: 'message' as const, role: 'user' as const, text: ask.instructions }, ...ask.items];
  return { ...ask, instructions: '', items };
}

/** Results of calls that were made before, by another model, are told in words. */
function withoutTools(ask: Ask): Ask {
  const names = new Map(ask.items.flatMap((item) => (item.kind === 'call' ? [[item.call.id, item.call.name]] : [])));
  const items = ask.items.flatMap((item): Item[] => {
    if (item.kind === 'message') return [item];
    if (item.kind === 'call') return [];
    return [{ kind: 'message', role: 'user', text: `[result of ${names.get(item.id) ?? 'a tool'}] ${item.output}` }];
  });
  return { ...ask, tools: [], items };
}

function withoutPictures(ask: Ask): Ask {
  const items = ask.items.map((item) => (item.kind === 'message' ? { ...item, pictures: undefined } : item));
  return { ...ask, items };
}

/** A call that another model made has none. */
const withThoughts = (item: Item): Item =>
  item.kind === 'call' && !item.extra?.thoughts
    ? { ...item, extra: { ...item.extra, thoughts: { reasoning_content: '' } } }
    : item;

// ---------------------------------------------------------------- contexts

const TOO_LONG =
  /context.{0,20}(?:length|size|window|overflow)|(?:prompt|input|request|messages?)\b.{0,40}\b(?:too (?:long|large)|exceed)|exceeds?\b.{0,60}(?:tokens|context)|too many (?:input )?tokens|tokens?\b.{0,30}must (?:be <=|have less)|must have less than \d+ tokens|reduce the length|range of input length|token limit exceeded|at least 1\b.{0,20}(?:got|is|:) -\d|longer than the model|超长/i;
const ROOM =
  /(?:maximum|max|limit|available|allowed|only|length|size|window|<=|less than|n_ctx)[^\d]{0,40}?(\d{3,7})(?=\D|$)/gi;

/** Whether the server said that question and answer do not fit into the model's context; a bound of the answer alone often names it too. */
export function isTooLong(refusal: Refusal): boolean {
  const { status, message, code } = refusal;
  return (
    code === 'context_length_exceeded' ||
    code === 'exceed_context_size_error' ||
    status === 413 ||
    ([400, 422, 500].includes(status) && TOO_LONG.test(message) && longestIn(refusal) === undefined)
  );
}

/** The context in tokens, where the refusal tells it. */
export function roomIn({ message }: Refusal): number | undefined {
  const told = Array.from(message.matchAll(ROOM), ([, number]) => Number(number)).filter((tokens) => tokens >= 256);
  return told.length ? Math.min(...told) : undefined;
}

/** What bounds the question too is no bound of the answer alone. */
const OF_BOTH = /\binputs?\b|\bprompt|\bmessages\b|context length/i;
const LONGEST =
  /(?:at most|less than or equal to|<=|smaller than|up to|not exceed|maximum (?:value )?(?:of|is)|between \d{1,4} and|\[ ?\d{1,4} ?,)\D{0,10}(\d{2,6})|> (\d{2,6}),? which is the maximum/i;

/** The longest answer in tokens, where the server refused a longer one and tells it. */
export function longestIn({ message }: Refusal): number | undefined {
  if (!/max_(?:completion_|output_|new_)?tokens/.test(message) || OF_BOTH.test(message)) return undefined;
  const told = LONGEST.exec(message);
  return told ? Number(told[1] ?? told[2]) : undefined;
}

const LEAST =
  /(?:((?:greater|larger|more) than(?! or)|(?:must|should) be >(?!=))|at least|greater than or equal to|>=|no(?:t be)? less than|minimum|between|\[)\D{0,20}(\d{1,6})/i;

/** The shortest bound of an answer in tokens, where the server refused a shorter one and tells it. */
export function leastIn({ message }: Refusal): number | undefined {
  if (!/max_(?:completion_|output_|new_)?tokens/.test(message)) return undefined;
  const told = LEAST.exec(message);
  return told ? Number(told[2]) + (told[1] ? 1 : 0) : undefined;
}
