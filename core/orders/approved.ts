/**
 * Templates that a platform approved beforehand, as an integrator names them: the body as it was approved, with the field of the order that each
 * variable stands for: `Hello {{1=name}}, thank you for order {{2=number}}.` An order that lacks a field gets none of it.
 */
import type { MessageTemplate, Order } from '../model.ts';
import { FIELD_NAME, forLanguage, LONGEST_TEMPLATE, type Problem, type ProblemCode } from './template.ts';
import { fieldValue, type Place } from './values.ts';

export interface ApprovedTemplate {
  /** As the platform has them: `order_thanks`, `es_ES`. */
  name: string;
  code: string;
  body: string;
}

/** By ISO 639-1 code. */
export type ApprovedTemplates = Record<string, ApprovedTemplate>;

/** In UTF-16 units, once it is filled: what WhatsApp takes as the body of a template. */
export const LONGEST_BODY = 1_024;

export type ApprovedFilling = { ok: true; template: MessageTemplate } | { ok: false; reason: string };

/** The one for the first language that has one, else the first of all. */
export const approvedFor = (
  templates: ApprovedTemplates,
  languages: readonly (string | undefined)[],
): { language: string; template: ApprovedTemplate } | undefined => {
  const found = forLanguage(Object.entries(templates), languages);
  return found && { language: found[0], template: found[1] };
};

const NAME = /^[a-z0-9_]{1,512}$/;
const CODE = /^[a-z]{2,3}(?:_[A-Z]{2,4}|_[0-9]{3})?$/;

/** What is wrong with it; empty: nothing. Whether the platform knows it, only the platform can tell. */
export function problemsOfApproved({ name, code, body }: ApprovedTemplate): Problem[] {
  const problems: Problem[] = [];
  if (!NAME.test(name)) problems.push({ code: 'template-name', at: 0, what: name });
  if (!CODE.test(code)) problems.push({ code: 'template-code', at: 0, what: code });
  return [...problems, ...read(body).problems];
}

/** Puts the order's words in: those that the platform is given, and the whole as the customer reads it. */
export function fillApproved(approved: ApprovedTemplate, order: Order, place: Place): ApprovedFilling {
  const { name, code, body } = approved;
  const no = (why: string): ApprovedFilling => ({ ok: false, reason: `Template "${name}" (${code}) ${why}` });
  const [problem] = problemsOfApproved(approved);
  if (problem) return no(`is not whole (${problem.code}).`);
  const { pieces, variables } = read(body);
  const values = new Map<string, string>();
  const missing = new Set<string>();
  for (const [variable, field] of variables) {
    const value = fieldValue(field, order, place)?.text;
    if (value === undefined) missing.add(field);
    else values.set(variable, value);
  }
  if (missing.size > 0) return no(`needs ${[...missing].join(', ')}, which the order lacks.`);
  const text = pieces.map((piece) => (piece.variable === undefined ? piece.text : values.get(piece.variable))).join('');
  if (text.length > LONGEST_BODY)
    return no(`would be ${text.length} letters long with the order's words; ${LONGEST_BODY} is the most.`);
  const numbered = [...variables.keys()].every(isNumber);
  const parameters = [...variables.keys()]
    .sort(numbered ? (one, other) => Number(one) - Number(other) : () => 0)
    .map((variable) => ({ ...(!numbered && { name: variable }), text: values.get(variable)! }));
  return { ok: true, template: { name, language: code, parameters, text } };
}

interface Piece {
  text: string;
  variable?: string;
}

const MARK = /\{\{([^{}\n]{0,90})\}\}|\{[^{}\n]{0,60}\}?|\}/g;
const isNumber = (variable: string) => /^[1-9]\d?$/.test(variable);
const isVariable = (variable: string) => isNumber(variable) || /^[a-z][a-z0-9_]{0,39}$/.test(variable);

/** @returns the body in pieces, and the field of each variable in the order in which they come */
function read(body: string): { pieces: Piece[]; variables: Map<string, string>; problems: Problem[] } {
  const pieces: Piece[] = [];
  const variables = new Map<string, string>();
  const problems: Problem[] = [];
  const problem = (code: ProblemCode, at: number, what: string) => void problems.push({ code, at, what });
  if (!body.trim()) problem('empty', 0, '');
  if (body.length > LONGEST_TEMPLATE) problem('too-long', LONGEST_TEMPLATE, `${body.length}`);
  let from = 0;
  for (const { 0: mark, 1: inner, index } of body.slice(0, LONGEST_TEMPLATE).matchAll(MARK)) {
    pieces.push({ text: body.slice(from, index) });
    from = index + mark.length;
    const [variable = '', field, ...rest] = (inner ?? '').split('=').map((side) => side.trim());
    pieces.push({ text: mark, variable });
    const known = variables.get(variable);
    if (rest.length > 0 || !isVariable(variable) || (field !== undefined && !FIELD_NAME.test(field)))
      problem('bad-variable', index, mark);
    else if (known === undefined && field === undefined) problem('no-field', index, mark);
    else if (known !== undefined && field !== undefined && field !== known) problem('two-fields', index, mark);
    else if (known === undefined) variables.set(variable, field!);
  }
  pieces.push({ text: body.slice(from) });
  const names = [...variables.keys()];
  const numbers = names.filter(isNumber);
  // The platform counts: a gap, or a name among numbers, is another template than the approved one.
  if (numbers.length > 0 && !names.every((_, index) => variables.has(`${index + 1}`)))
    problem('variable-gap', 0, names.map((name) => `{{${name}}}`).join(' '));
  return { pieces, variables, problems };
}
