/**
 * Whether a message that a model worded says what the template says, and nothing more: each amount, order number, date, product with its
 * quantity, link and phone stands in it as given, in any digits, and it holds no number, link, day or promise of its own.
 *
 * Strict on purpose. What is refused by mistake costs a livelier sentence, for the filled template is said instead; what passes by mistake
 * is a promise of the shop's. What it cannot see: a false sentence of harmless words ("it comes with a smile").
 */
import type { Order } from '../model/order.ts';
import { cutText } from '../text/lengths.ts';
import { claimsIn } from './claims.ts';
import { currencySigns, numbersIn, plain } from './numbers.ts';
import type { Filled } from './template.ts';
import { LONGEST_TEMPLATE } from './template.ts';
import type { FactKind } from './values.ts';

export type Broken = FactKind | 'length' | 'link' | 'number' | 'promise' | 'percent' | 'placeholder';

/** `what` says in a few words which one, never whose. */
export type FactsKept = { ok: true } | { ok: false; broken: Broken; what: string };

/** A wording may be so many times as long as the template and so much longer, and so much of it at least. */
const MOST_GROWTH = 2;
const MOST_MORE = 200;
const LEAST_SHARE = 1 / 3;

const broken = (kind: Broken, what: string): FactsKept => ({ ok: false, broken: kind, what: cutText(what, 100) });

/**
 * @param text as the customer would read it, tokens put back.
 * @param filled the template, filled with the order.
 */
export function keepsFacts(text: string, filled: Filled, order: Order): FactsKept {
  const said = text.trim();
  const most = Math.min(LONGEST_TEMPLATE, filled.text.length * MOST_GROWTH + MOST_MORE);
  if (said.length > most || filled.text.length > LONGEST_TEMPLATE) return broken('length', `${said.length} of ${most}`);
  if (said.length < filled.text.length * LEAST_SHARE) return broken('length', `only ${said.length}`);

  // What a model leaves for others to fill in.
  if (/[[\]{}]/.test(said) && !/[[\]{}]/.test(filled.text)) return broken('placeholder', 'Something in brackets');

  const named = literalsOf(filled);
  const wanted = read(filled.text, named);
  const given = read(said, named);
  for (const link of wanted.links) if (!given.links.has(link)) return broken('link', `${link} is missing`);
  for (const link of given.links) if (!wanted.links.has(link)) return broken('link', `${link} is new`);
  for (const [index, { kind, text: fact }] of named.entries())
    if (kind && wanted.found[index] && !given.found[index]) return broken(kind, `${fact} is missing`);

  const exact = order.total?.amount ?? '';
  const numbers = numbersIn(wanted.rest, exact);
  const others = numbersIn(given.rest, exact);
  const lost = numbers.find((number) => !others.includes(number));
  if (lost !== undefined) return broken('number', `${shown(lost, named)} is missing`);
  const made = others.find((number) => !numbers.includes(number));
  if (made !== undefined) return broken('number', `${shown(made, named)} is new`);
  // Two amounts that changed places are two wrong amounts.
  if (others.some((number, at) => number !== numbers[at])) return broken('number', 'They stand in another order');

  if (given.rest.includes('%') && !wanted.rest.includes('%')) return broken('percent', 'A percentage is new');
  const signs = currencySigns(wanted.rest);
  const sign = currencySigns(given.rest).find((one) => !signs.includes(one));
  if (sign !== undefined) return broken('currency', `${sign} is new`);

  const allowed = claimsIn(wanted.rest);
  const claim = [...claimsIn(given.rest)].find((one) => !allowed.has(one));
  return claim === undefined ? { ok: true } : broken('promise', `It speaks of "${claim}"`);
}

/** Words of the order in a message. Without a kind they may be left out: the shop's and the customer's name. */
interface Literal {
  kind: FactKind | null;
  text: string;
}

/** The longest first, as one may be a part of another. */
function literalsOf({ parts }: Filled): Literal[] {
  const literals = parts.flatMap(({ field, text, facts }): Literal[] =>
    facts.length > 0 ? facts : field === 'name' || field === 'shop' ? [{ kind: null, text }] : [],
  );
  return literals
    .map(({ kind, text }) => ({ kind, text: plain(text).toLowerCase() }))
    .filter(({ text }) => text)
    .sort((a, b) => b.text.length - a.text.length);
}

/** First of the signs that stand for an order's words in a text that is read; nobody's text has them. */
const FIRST_SIGN = 0xe000;
const signOf = (index: number) => String.fromCharCode(FIRST_SIGN + index);
const SIGN = /[\ue000-\uf8ff]/g;

const shown = (number: string, named: readonly Literal[]) =>
  number.replace(SIGN, (sign) => named[sign.charCodeAt(0) - FIRST_SIGN]?.text ?? '');

/** Links that say they are; and what an app may make one of. */
const LINK = /(?:https?:\/\/|www\.)[^\s<>"']{1,2000}|[^\s@]{1,64}@[^\s@]{1,128}/giu;
const BARE_LINK = /(?<![\p{L}\p{N}.-])[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,4}\.\p{L}{2,24}(?:\/\S{0,300})?/gu;

interface Reading {
  links: Set<string>;
  /** By literal: it stands there. */
  found: boolean[];
  /** Without links, and with a sign for each literal. */
  rest: string;
}

function read(text: string, literals: readonly Literal[]): Reading {
  const links = new Set<string>();
  const take = (link: string) => {
    links.add(withoutEnd(link));
    return ' ';
  };
  let rest = plain(text).replace(SIGN, ' ').replace(LINK, take).toLowerCase();
  const found = literals.map(({ kind, text: literal }, index) => {
    // A currency's mark stands beside its number, and is counted with the other marks.
    if (kind === 'currency') return rest.includes(literal);
    const parts = splitAt(rest, literal);
    if (parts.length === 1) return false;
    // What only has to be there says nothing about the numbers' order.
    rest = parts.join(kind === 'field' ? ` ${signOf(index)} ` : ' ');
    return true;
  });
  rest = rest.replace(BARE_LINK, (link) => (/\p{L}.*\.|\..*\p{L}/u.test(link) ? take(link) : link));
  return { links, found, rest };
}

/** A text cut at each place where a literal stands as a word of its own, or a number that does not go on. */
function splitAt(text: string, literal: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) {
    const end = at + literal.length;
    if (at < from || GOES_ON_BEFORE.test(text.slice(Math.max(0, at - 2), at)) || GOES_ON.test(text.slice(end, end + 2)))
      continue;
    parts.push(text.slice(from, at));
    from = end;
  }
  return [...parts, text.slice(from)];
}

const GOES_ON_BEFORE = /[\p{L}\p{N}]$|\p{N}[-./,]$/u;
const GOES_ON = /^[\p{L}\p{N}]|^[-./,]\p{N}/u;

/** A sentence's end is no part of the link before it. */
function withoutEnd(link: string): string {
  let end = link.length;
  while (end > 0 && '.,;:!?…،؛؟)]}»”*_'.includes(link[end - 1]!)) end--;
  return link.slice(0, end);
}
