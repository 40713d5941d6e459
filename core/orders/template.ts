/**
 * The words of an order message: `Hello[ {name}], thank you for order {number}[: {items}].` A field in braces stands for what the order says;
 * a part in brackets is left out when the order lacks a field in it, with the punctuation that would be left hanging. A field outside of
 * brackets that the order lacks makes the template unfillable: a sentence without its fact may say something else, so that another text is
 * to be said.
 */
import type { Order } from '../model/order.ts';
import { type Fact, fieldValue, ORDER_FIELDS, type Place } from './values.ts';

/** In UTF-16 units, of the template and of what becomes of it: what WhatsApp takes in one message. */
export const LONGEST_TEMPLATE = 4_096;

/** By ISO 639-1 code. */
export type Templates = Record<string, string>;

export type ProblemCode =
  | 'empty'
  | 'too-long'
  | 'unbalanced-braces'
  | 'unbalanced-brackets'
  | 'nested-brackets'
  | 'no-field-in-brackets'
  | 'bad-field-name'
  | 'unknown-field'
  // Of a platform's approved template.
  | 'template-name'
  | 'template-code'
  | 'bad-variable'
  | 'no-field'
  | 'two-fields'
  | 'variable-gap';

/** What is wrong with a template. */
export interface Problem {
  code: ProblemCode;
  /** Where, in UTF-16 units. */
  at: number;
  /** The piece of the template that is meant. */
  what: string;
}

/** A piece of a filled template: the template's own words, or what a field says. */
export interface FilledPart {
  /** Null: the template's own. */
  field: string | null;
  text: string;
  facts: Fact[];
}

export interface Filled {
  text: string;
  /** Together they are the text. */
  parts: FilledPart[];
}

export type Filling = { ok: true; filled: Filled } | { ok: false; missing: string[]; problems: Problem[] };

/** The template for the first language that has one, else the first of all. Undefined where none has words. */
export function templateFor(
  templates: Templates,
  languages: readonly (string | undefined)[],
): { language: string; text: string } | undefined {
  const found = forLanguage(
    Object.entries(templates).filter(([, text]) => text.trim()),
    languages,
  );
  return found && { language: found[0], text: found[1] };
}

/** The entry for the first language that has one, else the first of all. @param all by ISO 639-1 code */
export function forLanguage<T>(
  all: readonly [string, T][],
  languages: readonly (string | undefined)[],
): [string, T] | undefined {
  const base = (language: string | undefined) => language?.toLowerCase().split(/[-_]/)[0];
  return (
    languages
      .filter((language) => language !== undefined)
      .map((language) => all.find(([own]) => own === language) ?? all.find(([own]) => base(own) === base(language)))
      .find((entry) => entry !== undefined) ?? all[0]
  );
}

/** The fields that a template uses, each once. `required`: it stands outside of brackets, so an order must have it. */
export function fieldsOf(template: string): { name: string; required: boolean }[] {
  const required = new Map<string, boolean>();
  for (const { pieces, optional } of parse(template).sections)
    for (const { field } of pieces) if (field !== undefined) required.set(field, required.get(field) || !optional);
  return Array.from(required, ([name, must]) => ({ name, required: must }));
}

/**
 * What is wrong with a template, in order; empty: nothing.
 * @param own names of the fields that the shop tells besides `ORDER_FIELDS`; others are taken for slips of the pen.
 */
export function problemsOf(template: string, own: readonly string[] = []): Problem[] {
  const { problems, sections } = parse(template);
  const known = new Set<string>([...ORDER_FIELDS, ...own]);
  const unknown = sections.flatMap(({ pieces }) =>
    pieces.flatMap(({ field, at }): Problem[] =>
      field === undefined || known.has(field) ? [] : [{ code: 'unknown-field', at, what: `{${field}}` }],
    ),
  );
  return [...problems, ...unknown].sort((a, b) => a.at - b.at);
}

/** Puts the order's words in, once: what stands in them is never read as a template. */
export function fill(template: string, order: Order, place: Place): Filling {
  const { sections, problems } = parse(template);
  if (problems.length > 0) return { ok: false, missing: [], problems };
  const parts: FilledPart[] = [];
  const missing: string[] = [];
  let gap = false;
  for (const { pieces, optional } of sections) {
    const filled = pieces.map(({ text, field }): FilledPart | string => {
      if (field === undefined) return { field: null, text, facts: [] };
      const value = fieldValue(field, order, place);
      return value ? { field, ...value } : field;
    });
    const lacks = filled.filter((part) => typeof part === 'string');
    if (lacks.length > 0) {
      if (!optional) missing.push(...lacks);
      gap = true;
      continue;
    }
    for (const part of filled as FilledPart[]) {
      if (gap) mend(parts, part);
      gap = false;
      const last = parts.at(-1);
      if (last?.field === null && part.field === null) last.text += part.text;
      else parts.push(part);
    }
  }
  if (gap) mend(parts);
  const text = parts.map((part) => part.text).join('');
  if (missing.length > 0 || !text.trim())
    return {
      ok: false,
      missing: [...new Set(missing.length > 0 ? missing : fieldsOf(template).map(({ name }) => name))],
      problems,
    };
  if (text.length > LONGEST_TEMPLATE)
    return { ok: false, missing, problems: [{ code: 'too-long', at: 0, what: `${text.length}` }] };
  return { ok: true, filled: { text, parts } };
}

/** What stands behind the word before it, what ends there, and what stands before the word after it. */
const JOINS = ',;:،؛';
const DASHES = '–—-';
const ENDS = `${JOINS}.!?…؟)»”`;
const OPENS = '¿¡(«“';

/** Joins what stands before and after a part that was left out. What the order says is never touched. */
function mend(parts: readonly FilledPart[], after?: FilledPart): void {
  const before = parts.at(-1);
  const left = before?.field === null ? before : undefined;
  const right = after?.field === null ? after : undefined;
  const leftText = left ? withoutEnd(left.text, ' ') : undefined;
  const rightText = right ? withoutStart(right.text, ' ') : undefined;
  const lineBegins = before === undefined || leftText?.endsWith('\n') || (leftText === '' && parts.length === 1);
  const lineEnds = after === undefined || rightText?.startsWith('\n');

  if (leftText?.endsWith('(') && rightText?.startsWith(')')) {
    left!.text = withoutEnd(leftText.slice(0, -1), ' ');
    right!.text = rightText.slice(1);
  } else if (lineBegins && lineEnds) {
    // A line of nothing else goes as a whole.
    if (left) left.text = leftText!;
    if (right) right.text = rightText!.slice(1);
  } else if (lineBegins || OPENS.includes(leftText?.at(-1) ?? '\0')) {
    if (left) left.text = leftText!;
    if (right) right.text = withoutStart(rightText!, `${ENDS}${DASHES} `);
  } else if (lineEnds || ENDS.includes(rightText?.[0] ?? '\0')) {
    if (left) left.text = withoutEnd(leftText!, `${JOINS}${DASHES} `);
    if (right) right.text = rightText!;
  } else if (left && right && leftText !== left.text && rightText !== right.text) {
    // One space of the two.
    right.text = rightText!;
  }
}

function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

function withoutStart(text: string, characters: string): string {
  let start = 0;
  while (start < text.length && characters.includes(text[start]!)) start++;
  return text.slice(start);
}

// ---------------------------------------------------------------- reading a template

interface Piece {
  at: number;
  text: string;
  /** Undefined: words. */
  field?: string;
}

interface Section {
  pieces: Piece[];
  optional: boolean;
}

const MARK = /\{([^{}[\]\n]{0,60})\}|[[\]{}]/g;
/** A field's name, as a whole. */
export const FIELD_NAME = /^\p{L}[\p{L}\p{N}_.-]{0,39}$/u;

function parse(template: string): { sections: Section[]; problems: Problem[] } {
  if (template.length > LONGEST_TEMPLATE)
    return { sections: [], problems: [{ code: 'too-long', at: LONGEST_TEMPLATE, what: `${template.length}` }] };
  const problems: Problem[] = [];
  const problem = (code: ProblemCode, at: number, what: string) => void problems.push({ code, at, what });
  if (!template.trim()) problem('empty', 0, '');

  const sections: Section[] = [{ pieces: [], optional: false }];
  /** Where the open bracket is. */
  let open = -1;
  let from = 0;
  const section = () => sections.at(-1)!;
  const words = (until: number) => {
    if (until > from) section().pieces.push({ at: from, text: template.slice(from, until) });
  };
  const close = (at: number) => {
    if (!section().pieces.some(({ field }) => field !== undefined))
      problem('no-field-in-brackets', open, template.slice(open, at + 1));
    sections.push({ pieces: [], optional: false });
    open = -1;
  };
  for (const { 0: mark, 1: name, index } of template.matchAll(MARK)) {
    words(index);
    from = index + mark.length;
    if (name !== undefined) {
      const field = name.trim();
      if (FIELD_NAME.test(field)) section().pieces.push({ at: index, text: mark, field });
      else problem('bad-field-name', index, mark);
    } else if (mark === '{' || mark === '}') problem('unbalanced-braces', index, mark);
    else if (mark === ']' && open < 0) problem('unbalanced-brackets', index, mark);
    else if (mark === ']') close(index);
    else if (open >= 0) problem('nested-brackets', index, mark);
    else {
      open = index;
      sections.push({ pieces: [], optional: true });
    }
  }
  words(template.length);
  if (open >= 0) problem('unbalanced-brackets', open, '[');
  return { sections: sections.filter(({ pieces }) => pieces.length > 0), problems };
}
