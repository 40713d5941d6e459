/** What is set up, what runs with stand-ins and what is missing, line by line: for the page of set-up, and for `dragoman doctor`. */
import en from './locales/en.json' with { type: 'json' };

/**
 * From the best to the worst. `off`: not set up, and nobody misses it. `standin`: it works, with what stands in for the real thing. `warn`: it
 * works, and something about it should be seen to. `missing`: it does not work before somebody does something.
 */
export const STATES = ['ok', 'off', 'standin', 'warn', 'missing'] as const;
export type SetupState = (typeof STATES)[number];

type Key = keyof typeof en;
/** What a line says; its words are in `locales/`, and what to do, where there is something, under the same key with `.todo`. */
export type SetupCode = Exclude<Key, `${string}.todo`>;

/** An error of a platform or an endpoint, in English. */
export interface SetupProblem {
  code: string;
  message: string;
  action: string;
}

/** What a line can have done at once. `register`: the platform is told to deliver to `values.url`. `try`: the model is asked, which costs a little. */
export type SetupDeed = 'register' | 'try';

export interface SetupLine {
  code: SetupCode;
  state: SetupState;
  /** What stands in the words; `at` is a time in UTC milliseconds. */
  values: Record<string, string | number>;
  /** The sentence, and what to do, in English; no `todo` where there is nothing. */
  text: string;
  todo?: string;
  /** Why, where somebody else refused: its sentences are in `text` and `todo`. */
  problem?: SetupProblem;
  /** Whose dialog in the editor mends it. */
  node?: string;
  deed?: SetupDeed;
}

/** One account, one model, the knowledge, … */
export interface SetupPart {
  kind: 'account' | 'shop' | 'model' | 'speech' | 'knowledge' | 'server';
  /** Of the account's, the order-in's or the provider's node; elsewhere the kind. */
  id: string;
  /** As people call it; empty where it is the only one of its kind. */
  name: string;
  /** Of an account. */
  channel?: string;
  /** Of an account: it has a platform that can be asked. Of a shop: it can be asked. */
  real?: true;
  /** Of a model: the prefix of the variables that it was found with. */
  prefix?: string;
  /** The worst of its lines' that says how it runs. */
  state: SetupState;
  lines: SetupLine[];
}

/** `GET /dragoman/api/v1/setup` */
export interface SetupReport {
  /** UTC milliseconds. */
  at: number;
  parts: SetupPart[];
}

/** One of these is enough. */
type More = Partial<Pick<SetupLine, 'values' | 'node' | 'deed' | 'problem'>>;

/** A line with its English words. */
export function line(state: SetupState, code: SetupCode, { values = {}, problem, ...more }: More = {}): SetupLine {
  const words: Record<string, string | undefined> = en;
  const todo = problem?.action ?? words[`${code}.todo`];
  return {
    code,
    state,
    values,
    text: filled(words[code]!, { ...values, ...(problem && { reason: problem.message }) }),
    ...(todo && { todo: filled(todo, values) }),
    ...(problem && { problem }),
    ...more,
  };
}

function filled(words: string, values: SetupLine['values']): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : name === 'at' ? whenOf(Number(value)) : String(value);
  });
}

const whenOf = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** The worst of them; `ok` where there is none. */
export const worst = (states: readonly SetupState[]): SetupState =>
  STATES[Math.max(0, ...states.map((state) => STATES.indexOf(state)))]!;

/** A part as its lines make it. What is `off` beside others says nothing of the whole. */
export function part(about: Omit<SetupPart, 'state' | 'lines'>, lines: (SetupLine | undefined)[]): SetupPart {
  const there = lines.filter((one) => one !== undefined);
  const telling = there.filter(({ state }) => state !== 'off');
  return { ...about, state: worst((telling.length > 0 ? telling : there).map(({ state }) => state)), lines: there };
}
