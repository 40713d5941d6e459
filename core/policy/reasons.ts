/**
 * Why something was not answered or not sent, in a sentence. What is stored is the English one; whoever shows it in another language finds
 * the sentence's name and what stands in it, and says the same in that language. A sentence of somebody else's stays as it is. Pure.
 */
import en from './locales/en.json' with { type: 'json' };

export type Reason = keyof typeof en;
export type ReasonValues = Record<string, string | number>;

export interface Known {
  reason: Reason;
  values: ReasonValues;
}

/** What may stand in a sentence: a moment (UTC milliseconds, as ISO 8601), a number, a word, a name without blanks, or, once in a sentence, any text. */
const MOMENT = String.raw`[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const NUMBERS = ['n', 'limit', 'most', 'seconds', 'hours', 'day', 'days'];
const WORDS = ['status', 'header'];
const NAMES = ['host', 'model', 'where'];
const TEXTS = ['account', 'message', 'said'];

/** 8.64e15 ms is the last instant that a Date can hold. */
const iso = (at: number) => new Date(Math.min(at, 8.64e15)).toISOString();

const isMoment = (name: string) => name.endsWith('At');
const patternOf = (name: string): string | undefined => {
  if (isMoment(name)) return MOMENT;
  if (NUMBERS.includes(name)) return String.raw`\d+`;
  if (WORDS.includes(name)) return String.raw`[\w-]+`;
  if (NAMES.includes(name)) return String.raw`\S+`;
  return TEXTS.includes(name) ? '.*' : undefined;
};

/** The English sentence. @param values `…At`: UTC milliseconds */
export function because(reason: Reason, values: ReasonValues = {}): string {
  // What has no value stays: it is the name of a field.
  return en[reason].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : isMoment(name) ? iso(Number(value)) : String(value);
  });
}

let patterns: { reason: Reason; names: string[]; pattern: RegExp }[] | undefined;

/** Which sentence of ours this is, and what stands in it; undefined: none. */
export function reasonIn(sentence: string): Known | undefined {
  patterns ??= (Object.keys(en) as Reason[]).map((reason) => ({ reason, ...compiled(en[reason]) }));
  for (const { reason, names, pattern } of patterns) {
    const [whole, ...found] = pattern.exec(sentence) ?? [];
    if (whole === undefined) continue;
    const values = names.map((name, at) => [name, read(name, found[at]!)]);
    return { reason, values: Object.fromEntries(values) };
  }
  return undefined;
}

/** The same of a text of some sentences; undefined where one of them is none of ours. */
export function reasonsIn(text: string): Known[] | undefined {
  const whole = reasonIn(text);
  if (whole) return [whole];
  const known = text.split(/(?<=\.) (?=\p{Lu})/u).map(reasonIn);
  return known.every((one) => one !== undefined) ? known : undefined;
}

function read(name: string, text: string): string | number {
  if (isMoment(name)) return Date.parse(text);
  return NUMBERS.includes(name) ? Number(text) : text;
}

function compiled(words: string): { names: string[]; pattern: RegExp } {
  const names: string[] = [];
  const parts = words.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    const pattern = name && patternOf(name);
    if (!name || !pattern) return part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    names.push(name);
    return `(${pattern})`;
  });
  return { names, pattern: new RegExp(`^${parts.join('')}$`, 's') };
}
