/**
 * What of an order stands in a message, in the customer's language, and what of it must be said as it is. An order is a stranger's words: they
 * are bounded, of one line, and a customer's name can neither be a link nor put on bold letters.
 */
import type { Money, Order, OrderItem } from '../model/order.ts';
import { breakTokens } from '../privacy/masking.ts';
import { cutText } from '../text/lengths.ts';
import { formatters } from './formatters.ts';

/** Where and in which words a message is read. */
export interface Place {
  /** ISO 639-1, the template's. */
  language: string;
  /** IANA name, the account's: used where the customer has none. */
  timezone: string;
}

export type FactKind = 'order number' | 'product' | 'date' | 'currency' | 'field';

/** Words that a message about the order must hold as they are. */
export interface Fact {
  kind: FactKind;
  text: string;
}

export interface FieldValue {
  text: string;
  facts: Fact[];
}

/** Fields that every template may use. The shop's own are in `order.fields`; of the same name, these win. */
export const ORDER_FIELDS = ['name', 'number', 'items', 'total', 'shop', 'date', 'deliveryDate'] as const;

/** In UTF-16 units. What is cut off is no fact. */
const NAME_LENGTH = 60;
const PRODUCT_LENGTH = 120;
const FIELD_LENGTH = 300;
/** A link that is cut leads nowhere: a longer one counts as missing. */
const LINK_LENGTH = 1_000;
/** More products are counted. */
const MOST_ITEMS = 10;

/** What a field of the order says; undefined where the order does not have it. */
export function fieldValue(field: string, order: Order, place: Place): FieldValue | undefined {
  const format = formatters(place.language);
  const told = (text: string, ...facts: Fact[]): FieldValue | undefined =>
    text ? { text: format.isolated(text), facts } : undefined;
  const date = (at: number, zone = order.customer.timezone): FieldValue | undefined => {
    const text = format.date(at, [zone, place.timezone]);
    return text ? { text, facts: [{ kind: 'date', text }] } : undefined;
  };
  switch (field) {
    case 'name':
      return told(nameOf(order.customer.name ?? ''));
    case 'shop':
      return told(oneLine(order.shop, NAME_LENGTH));
    case 'number': {
      const number = oneLine(order.number, NAME_LENGTH);
      return told(number, { kind: 'order number', text: number });
    }
    case 'items':
      return itemsOf(order.items, place.language);
    case 'total':
      return order.total && moneyOf(order.total, place.language);
    case 'date':
      return date(order.placedAt);
    case 'deliveryDate':
      // What the shop says of it comes before when we heard that it was delivered.
      if (ownField(order, field) === '' && order.state === 'delivered') return date(order.changedAt ?? order.placedAt);
  }
  const text = ownField(order, field);
  const day = dayIn(text);
  if (day) return date(day.at, day.zone);
  if (!/^https?:\/\//i.test(text))
    return told(cutText(text, FIELD_LENGTH), { kind: 'field', text: cutText(text, FIELD_LENGTH) });
  // A mark of direction behind a link would become a part of it.
  return text.length <= LINK_LENGTH && !text.includes(' ') ? { text, facts: [] } : undefined;
}

/** What the shop tells besides; empty where it says nothing. */
const ownField = (order: Order, field: string): string =>
  Object.hasOwn(order.fields, field) ? oneLine(String(order.fields[field]), LINK_LENGTH + 1) : '';

const NOTHING = /^(?:null|undefined|none|nan|n\/a|[-–—.?]+)$/i;
/** Letters with more marks than any language has are there to disturb. */
const MARKS = /(\p{M}{4})\p{M}+/gu;
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
/** Marks of direction and the like; what joins Persian letters and emoji stays. */
const HIDDEN = /(?![\u200c\u200d])[\p{Cf}\p{Co}]/gu;

/** A text of one line without what cannot be seen; empty for the ways in which programs say "nothing". */
function oneLine(text: string, limit: number): string {
  const line = cutText(text, 4 * limit)
    .toWellFormed()
    .replace(BREAKS, ' ')
    .replace(HIDDEN, '')
    .replace(MARKS, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return NOTHING.test(line) ? '' : cutText(line, limit).trim();
}

/** Where a name is an address or a number to call, somebody wants to reach other customers, or a form was filled in wrongly. */
const NO_NAME = /https?:|www\.|\/\/|@|\p{Nd}{5}/iu;

function nameOf(name: string): string {
  const line = oneLine(name, NAME_LENGTH);
  if (NO_NAME.test(line)) return '';
  // Apps make a link of "evil.com"; "J.Smith" loses nothing.
  const plain = line.replace(/[*_~`<>|\\]/g, '').replace(/(?<=[\p{L}\p{N}])\.(?=\p{L})/gu, '. ');
  return /\p{L}/u.test(plain) ? breakTokens(plain).trim() : '';
}

function itemsOf(items: readonly OrderItem[], language: string): FieldValue | undefined {
  const format = formatters(language);
  const all = items
    .map(({ name, quantity }) => ({ name: oneLine(name, PRODUCT_LENGTH), quantity }))
    .filter(({ name }) => name);
  const shown = all.slice(0, MOST_ITEMS).map(({ name, quantity }) => {
    const counted = Number.isFinite(quantity) && quantity > 0 && quantity !== 1;
    return {
      text: (counted ? `${format.number(quantity)} × ` : '') + format.isolated(name),
      fact: (counted ? `${format.number(quantity)} × ` : '') + name,
    };
  });
  if (shown.length === 0) return undefined;
  const more = all.length > shown.length ? ` (+${format.number(all.length - shown.length)})` : '';
  return {
    text: format.list(shown.map(({ text }) => text)) + more,
    facts: shown.map(({ fact }) => ({ kind: 'product', text: fact })),
  };
}

const AMOUNT = /^-?\d{1,18}(?:\.\d{1,8})?$/;

/** The amount stays as the shop gave it, neither rounded nor shortened. What is no decimal number is not shown. */
function moneyOf({ amount, currency }: Money, language: string): FieldValue | undefined {
  const code = oneLine(currency, 12);
  const number = amount.trim();
  if (!AMOUNT.test(number)) return undefined;
  const format = formatters(language);
  const text = format.money(number, code) ?? format.isolated(`${number} ${code}`.trim());
  // What is left of it without the number.
  const mark = text.replace(/[\p{Nd}\s\p{Cf}'’٫٬]|[.,،](?=\p{Nd})|^[-−]/gu, '');
  return { text, facts: mark ? [{ kind: 'currency', text: mark }] : [] };
}

const DAY = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A date as programs write it. Without a zone it is the day that is written, wherever it is read. */
function dayIn(text: string): { at: number; zone?: string } | undefined {
  const [whole, day, zone] = DAY.exec(text) ?? [];
  if (!whole) return undefined;
  const at = Date.parse(zone ? whole.replace(' ', 'T') : `${day}T12:00:00Z`);
  if (Number.isNaN(at)) return undefined;
  return zone ? { at } : { at, zone: 'UTC' };
}
