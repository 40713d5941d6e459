/** The steps of a scenario. A step that names nobody is about whom the step before it was. */
import { CONVERSATION_STATUSES } from '../core/model.ts';
import { PLATFORMS, type PlatformId } from '../simulator/types.ts';
import { FAULTS, KEYS, type Person, type Step, type StoredMessage, type TextTest } from './format.ts';
import { llmOf } from './parse-llm.ts';
import { readSaid, readSaying, type Saying } from './parse-says.ts';
import type { Value } from './reading.ts';
import { isTime } from './time.ts';

type Bare = Step extends infer One ? (One extends Step ? Omit<One, 'line' | 'title'> : never) : never;

export function readSteps(value: Value, people: ReadonlyMap<string, Person>): Step[] {
  let last = people.size === 1 ? [...people.keys()][0] : undefined;

  /** Whom a step is about. */
  function whom(step: Value, named?: Value | string): string {
    const name =
      (typeof named === 'string' ? named : named?.text()) ??
      last ??
      step.fail('About whom is this step? Name one of the people.');
    if (!people.has(name)) (typeof named === 'object' ? named : step).fail(`Nobody is called "${name}" here.`);
    last = name;
    return name;
  }

  function verb(key: string, step: Value): Bare {
    if (people.has(key)) {
      last = key;
      return { kind: 'say', person: key, ...readSaying(step) } satisfies { kind: 'say'; person: string } & Saying;
    }
    const reader = READERS[key as keyof typeof READERS];
    if (!reader)
      return step.fail(`"${key}" is neither a step nor one of the people. Steps are: ${KEYS.step.join(', ')}.`);
    return reader(step, whom, people);
  }

  return value.list().map((item) => {
    const entries = item.entries();
    const [entry] = entries;
    if (!entry || entries.length > 1)
      return item.fail('A step has one key: who says something, or what is to be seen.');
    return { line: item.line, title: titleOf(entry.key, entry.value), ...verb(entry.key, entry.value) } as Step;
  });
}

function titleOf(key: string, value: Value): string {
  const said = value.isText ? value.text() : JSON.stringify(value.json());
  const line = said.replace(/\s+/g, ' ');
  return `${key}: ${line.length > 90 ? `${line.slice(0, 89)}…` : line}`;
}

type Whom = (step: Value, named?: Value | string) => string;
type Reader = (step: Value, whom: Whom, people: ReadonlyMap<string, Person>) => Bare;

/** A text alone, or keys. */
const either = <K extends string>(step: Value, alone: K, known: readonly K[]): { [key in K]?: Value } =>
  step.isText ? ({ [alone]: step } as { [key in K]?: Value }) : step.map(known);

const READERS: { [key in (typeof KEYS.step)[number]]: Reader } = {
  bot(step, whom) {
    const said = step.isText ? { contains: step } : step.map(KEYS.bot);
    const keys: { [key in (typeof KEYS.bot)[number]]?: Value } = said;
    return {
      kind: 'bot',
      to: whom(step, keys.to),
      text: readTests(keys),
      buttons: keys.buttons?.many().map((title) => title.text()),
      media: keys.media?.many().map((kind) => kind.text()),
      messages: keys.messages?.number() ?? 1,
      source: keys.source?.text(),
      passage: keys.passage?.text(),
      withinMs: keys.within?.duration(),
      notBeforeMs: keys.not_before?.duration(),
      tries: keys.tries?.number(),
      now: keys.now?.flag() ?? false,
    };
  },
  silent(step, whom) {
    // `silent: true` is about whoever is spoken of.
    if (step.isText) return { kind: 'silent', to: whom(step, step.text() === 'true' ? undefined : step), now: false };
    const { to, now } = step.map(KEYS.silent);
    return { kind: 'silent', to: whom(step, to), now: now?.flag() ?? false };
  },
  blocked(step, whom) {
    const { of, gate, rule, reason } = either(step, 'gate', KEYS.blocked);
    return { kind: 'blocked', of: whom(step, of), gate: gate?.text(), rule: rule?.text(), reason: wordsOf(reason) };
  },
  stored(step, whom) {
    const keys = step.map(KEYS.stored);
    const { conversations, ...rest } = keys;
    const about = Object.keys(rest).length > 0;
    const vars = keys.vars?.json();
    if (keys.vars && (typeof vars !== 'object' || vars === null || Array.isArray(vars)))
      return keys.vars.fail('Here must be names with values.');
    return {
      kind: 'stored',
      of: about ? whom(step, keys.of) : undefined,
      group: keys.group?.text(),
      status: keys.status?.oneOf(CONVERSATION_STATUSES),
      human: keys.human?.flag(),
      optedOut: keys.opted_out?.flag(),
      unreachable: keys.unreachable?.flag(),
      language: keys.language?.text(),
      vars: vars as undefined,
      count: keys.count?.number(),
      conversations: conversations?.number(),
      messages: keys.messages?.list().map(readMessage),
    };
  },
  asked(step) {
    const keys = step.isText ? { contains: step } : step.map(KEYS.asked);
    return { kind: 'asked', times: 'times' in keys ? keys.times?.number() : undefined, text: readTests(keys) };
  },
  logged(step) {
    const calls = step.many().map((call) => {
      const { event, status, error } = either(call, 'event', KEYS.call);
      return { event: event?.text(), status: status?.number(), error: error && wordsOf(error) };
    });
    return { kind: 'logged', calls };
  },
  retrieved(step) {
    const { base, query, first, holds } = step.map(KEYS.retrieved);
    if (!base || !query) return step.fail('Give "base" and "query".');
    return { kind: 'retrieved', base: base.text(), query: query.text(), first: first?.text(), holds: holds?.text() };
  },
  human(step, whom) {
    const { to, text, automated } = either(step, 'text', KEYS.human);
    const words = text?.text() ?? step.fail('What does the human write? Give "text".');
    return { kind: 'human', to: whom(step, to), text: words, automated: automated?.flag() ?? false };
  },
  echo: (step, whom) => ({ kind: 'echo', to: whom(step, step.text() === 'true' ? undefined : step) }),
  status(step, whom) {
    const { of, is } = either(step, 'is', KEYS.status);
    const status = is?.oneOf(CONVERSATION_STATUSES) ?? step.fail('Give the status as "is".');
    return { kind: 'status', of: whom(step, of), status };
  },
  replay(step) {
    const { message, outcome } = either(step, 'message', KEYS.replay);
    return { kind: 'replay', message: message?.text() ?? step.fail('Give "message".'), outcome: outcome?.text() };
  },
  resend(step, whom) {
    if (step.isText)
      return { kind: 'resend', to: whom(step, step.text() === 'true' ? undefined : step), state: 'sent', error: [] };
    const { to, state, error } = step.map(KEYS.resend);
    return { kind: 'resend', to: whom(step, to), state: state?.text() ?? 'sent', error: wordsOf(error) };
  },
  batch(step, whom, people) {
    const said = step.list().map((item) => {
      const [entry, more] = item.entries();
      if (!entry || more || !people.has(entry.key))
        return item.fail('Each line of a batch is what one of the people says.');
      return { person: whom(item, entry.key), ...readSaid(entry.value) };
    });
    return { kind: 'batch', said };
  },
  request(step) {
    const keys = step.map(KEYS.request);
    if ([keys.path, keys.account, keys.api].filter(Boolean).length !== 1)
      return step.fail('Give one of "path", "account" and "api".');
    return {
      kind: 'request',
      method: keys.method?.text().toUpperCase() ?? (keys.body ? 'POST' : 'GET'),
      path: keys.path?.text(),
      account: keys.account?.text(),
      api: keys.api?.text(),
      query: textsOf(keys.query),
      headers: textsOf(keys.headers),
      body: keys.body?.json(),
      status: keys.status?.number() ?? 200,
      answer: keys.answer ? wordsOf(keys.answer) : [],
      times: keys.times?.number() ?? 1,
    };
  },
  fault(step, whom) {
    const none = step.isText && step.text() === 'none';
    if (none) return { kind: 'fault', fault: 'none' };
    const { on, for: person, kind, times, retry_after, calls } = step.map(KEYS.fault);
    const limits = { times: times?.number(), calls: calls?.oneOf(['sends', 'all'] as const) };
    const name = kind?.oneOf(FAULTS) ?? step.fail('Give the "kind" of the fault.');
    if (retry_after && name !== 'rate-limit') retry_after.fail('Only a rate-limit says when to try again.');
    return {
      kind: 'fault',
      on: on?.oneOf(PLATFORMS) as PlatformId | undefined,
      person: on && !person ? undefined : whom(step, person),
      fault: retry_after
        ? { kind: 'rate-limit', retryAfter: retry_after.duration() / 1_000, ...limits }
        : { kind: name, ...limits },
    };
  },
  llm(step) {
    const works = step.isText && step.text() === 'works';
    return { kind: 'llm', mode: works ? {} : (llmOf(step) ?? step.fail('Write "works", or how it behaves.')) };
  },
  wait: (step) => ({ kind: 'wait', ms: step.duration() }),
  at(step) {
    const time = step.text();
    return isTime(time) ? { kind: 'at', time } : step.fail(`"${time}" is no time like 10:07 or 2026-01-05 10:07.`);
  },
  pause: (step) => ({ kind: 'pause', ms: step.duration() }),
  restart: (step) => (step.flag() ? { kind: 'restart' } : step.fail('Write true.')),
};

const textsOf = (value: Value | undefined): Record<string, string> =>
  Object.fromEntries(value?.entries().map(({ key, value: text }) => [key, text.text()]) ?? []);

type TestKeys = { [key in (typeof KEYS.text)[number]]?: Value };

function readTests(keys: TestKeys): TextTest[] {
  const tests = (kind: TextTest['kind'], make: (value: Value) => (text: string) => boolean) =>
    (keys[kind]?.many() ?? []).map((value): TextTest => ({ kind, words: value.text(), test: make(value) }));
  return [
    ...tests('is', (value) => (text) => text.trim() === value.text().trim()),
    ...tests('contains', (value) => (text) => text.includes(value.text())),
    ...tests('lacks', (value) => (text) => !text.includes(value.text())),
    ...tests('matches', (value) => {
      const pattern = value.pattern();
      return (text) => pattern.test(text);
    }),
  ];
}

/** A text that must be contained, or tests. */
const wordsOf = (value: Value | undefined): TextTest[] =>
  value ? readTests(value.isMap ? value.map(KEYS.text) : { contains: value }) : [];

function readMessage(value: Value): StoredMessage {
  const keys = value.map(KEYS.message);
  return {
    from: keys.from?.oneOf(['customer', 'bot', 'human', 'system']),
    text: keys.text && wordsOf(keys.text),
    state: keys.state?.text(),
    source: keys.source?.text(),
    error: keys.error && wordsOf(keys.error),
    answered: keys.answered?.flag(),
    edited: keys.edited?.flag(),
    deleted: keys.deleted?.flag(),
    reaction: keys.reaction?.text(),
    consent: keys.consent?.oneOf(['in', 'out']),
    media: keys.media?.many().map((kind) => kind.text()),
  };
}
