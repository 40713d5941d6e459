/** Turns what a shop told of an order into an `Order`, or into what is wrong with it. Nothing it is given is trusted. */
import { DragomanError } from '../errors.ts';
import { isObject } from '../model/json.ts';
import type { Consent, Json, JsonObject, Order, OrderFault, OrderItem, OrderState } from '../model.ts';
import type { OrderDesk, OrderSettings, PhoneBook, ReadOrder } from '../ports.ts';
import { cutText, LONGEST_NAME } from '../text/lengths.ts';
import { isZone } from '../text/zones.ts';
import { instantOf } from './dates.ts';
import { isFault, orderFault } from './faults.ts';
import { readingFields } from './fields.ts';
import { codeOf, moneyOf } from './price.ts';
import { ownState, statesFrom, stateWord } from './states.ts';
import { line } from './untrusted.ts';

/** An order's number is part of ids. */
const LONGEST_NUMBER = 128;
const LONGEST_PHONE = 64;
const LONGEST_FIELD = 500;
const LONGEST_WORDS = 2_000;
const MOST_ITEMS = 100;
const MOST_FIELDS = 32;
/** Clocks differ; an order that is further ahead has a wrong date. */
const AHEAD_MS = 24 * 3_600_000;

/**
 * What a source works with, for one shop.
 * @param settings the source's, resolved: `shop`, `country`, `currency` and `states` are read here
 * @throws DragomanError SETTING_INVALID
 */
export function orderDesk(
  settings: OrderSettings,
  { now, readPhone }: { now(): number; readPhone: PhoneBook['readPhone'] },
): OrderDesk {
  const shop = settings.shop || readingFields.shop.default;
  const country = countryFrom(settings.country ?? '');
  const currency = currencyFrom(settings.currency ?? '');
  const states = statesFrom(settings.states ?? '');

  function stateOf(told: Json | undefined, words: Readonly<Record<string, OrderState>>): OrderState | OrderFault {
    const word = stateWord(told);
    if (!word) return noState();
    const own = Object.entries(words).find(([each]) => each.toLowerCase() === word)?.[1];
    return states.get(word) ?? own ?? ownState(word) ?? strangeState(word);
  }

  return {
    now,
    read(told, words = {}) {
      if (!isObject(told)) return { ok: false, number: '', fault: noOrder() };
      const number = numberOf(told.number);
      if (isFault(number)) return { ok: false, number: line(told.number, LONGEST_NUMBER) ?? '', fault: number };
      const wrong = (fault: OrderFault): ReadOrder => ({ ok: false, number, fault });
      const state = stateOf(told.state, words);
      if (isFault(state)) return wrong(state);
      const placedAt = placedAtOf(told.placed_at, now());
      if (isFault(placedAt)) return wrong(placedAt);
      const customer = isObject(told.customer) ? told.customer : {};
      const phone = phoneOf(customer.phone);
      if (!phone) return wrong(noPhone());
      const read = readPhone(phone, country);
      if ('fault' in read) return wrong(read.fault);
      const total = moneyOf(told.total, told.currency, currency);
      const consent = consentOf(told.consent, now());
      const omitted = [total, consent].filter(isFault);
      const changedAt = instantOf(told.changed_at);
      const order: Order = {
        ...{ shop, number, state, placedAt },
        ...(changedAt !== undefined && changedAt <= now() + AHEAD_MS && { changedAt }),
        customer: { ...personOf(customer), phone: read.e164 },
        items: itemsOf(told.items),
        ...(total && !isFault(total) && { total }),
        ...(consent && !isFault(consent) && { consent }),
        fields: fieldsOf(told.fields),
      };
      return { ok: true, order, ...(omitted.length > 0 && { omitted }) };
    },
  };
}

function countryFrom(setting: string): string {
  if (!setting || /^[a-z]{2}$/i.test(setting)) return setting.toUpperCase();
  throw new DragomanError(
    'SETTING_INVALID',
    'The country of the shop is not a code of two letters.',
    'Write it as ISO 3166 does, such as KZ or ES.',
  );
}

function currencyFrom(setting: string): string {
  const code = setting && codeOf(setting);
  if (code !== undefined && code !== 'shared') return code;
  throw new DragomanError(
    'SETTING_INVALID',
    'The currency of the shop is not known.',
    'Write it as ISO 4217 does, such as KZT or EUR.',
  );
}

/** Never cut: two numbers that begin alike would be one order. */
function numberOf(told: Json | undefined): string | OrderFault {
  if (typeof told === 'number' && !Number.isSafeInteger(told))
    return noNumber('has a number that JSON cannot hold exactly', 'Let the shop write the number in quotes.');
  const number = line(told, LONGEST_NUMBER + 1);
  if (!number) return noNumber('has no number', 'Let the shop give each order a number that no other has.');
  return number.length <= LONGEST_NUMBER && !(typeof told === 'string' && told.length > LONGEST_NUMBER)
    ? number
    : noNumber(`has a number of more than ${LONGEST_NUMBER} characters`, 'Let the shop give a shorter one.');
}

function placedAtOf(told: Json | undefined, now: number): number | OrderFault {
  const at = instantOf(told);
  if (at === undefined)
    return orderFault(
      'ORDER_DATE_UNREADABLE',
      'It cannot be read when the order was placed.',
      'Let the shop give "placed_at" as 2026-05-31T14:05:00Z, or as seconds or milliseconds since 1970.',
    );
  if (at <= now + AHEAD_MS) return at;
  return orderFault(
    'ORDER_DATE_AHEAD',
    'The order is said to have been placed more than a day from now.',
    "Correct the shop's clock, or the unit of its dates.",
  );
}

function phoneOf(told: Json | undefined): string | undefined {
  const text = line(told, LONGEST_PHONE);
  return text && /\p{Nd}/u.test(text) ? text : undefined;
}

/** A name, no distance from UTC, which knows no summer. */
const ZONE = /^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/;

function personOf(customer: JsonObject): Omit<Order['customer'], 'phone'> {
  const name = line(customer.name, LONGEST_NAME);
  const language = /^[a-z]{2}(?![a-z])/i.exec(line(customer.language, LONGEST_NAME) ?? '')?.[0].toLowerCase();
  const timezone = line(customer.timezone, LONGEST_NAME);
  return {
    ...(name && { name }),
    ...(language && { language }),
    ...(timezone && ZONE.test(timezone) && isZone(timezone) && { timezone }),
  };
}

function itemsOf(told: Json | undefined): OrderItem[] {
  if (!Array.isArray(told)) return [];
  return told.slice(0, MOST_ITEMS).flatMap((item) => {
    const name = isObject(item) ? line(item.name, LONGEST_NAME) : undefined;
    if (!isObject(item) || !name) return [];
    const quantity = Number(line(item.quantity, LONGEST_NAME) ?? 1);
    return { name, quantity: quantity > 0 && quantity < 1e9 ? quantity : 1 };
  });
}

/** A consent that cannot be shown later is none. */
function consentOf(told: Json | undefined, now: number): Consent | OrderFault | undefined {
  if (told === undefined || told === null || told === false) return undefined;
  const { at, where, words } = isObject(told) ? told : ({} as JsonObject);
  const proof = { at: instantOf(at), where: line(where, LONGEST_FIELD), words: line(words, LONGEST_WORDS) };
  if (proof.at !== undefined && proof.at <= now + AHEAD_MS && proof.where && proof.words) return proof as Consent;
  return orderFault(
    'ORDER_CONSENT_INCOMPLETE',
    'The consent of the customer lacks when, where or to which words it was given, so it does not count.',
    'Let the shop give "at", "where" and "words" of the consent.',
  );
}

function fieldsOf(told: Json | undefined): Record<string, string> {
  if (!isObject(told)) return {};
  const fields = Object.entries(told)
    .slice(0, MOST_FIELDS)
    .flatMap(([name, value]): [string, string][] => {
      const text = /^[A-Za-z]\w{0,63}$/.test(name) ? line(value, LONGEST_FIELD) : undefined;
      return text ? [[name, text]] : [];
    });
  return Object.fromEntries(fields);
}

const noOrder = () =>
  orderFault('ORDER_UNREADABLE', 'An order is no JSON object.', 'Compare what the shop sends with its documentation.');

const noNumber = (what: string, action: string) => orderFault('ORDER_NUMBER_MISSING', `An order ${what}.`, action);

const noState = () =>
  orderFault('ORDER_STATE_UNKNOWN', 'The order has no state.', 'Let the shop give its "state" as a word.');

const strangeState = (word: string) =>
  orderFault(
    'ORDER_STATE_UNKNOWN',
    `The state "${cutText(word, 40)}" of the order is not known.`,
    `Map it in the source's states: "${cutText(word, 40)}=placed", or shipped, delivered, cancelled.`,
  );

const noPhone = () =>
  orderFault(
    'ORDER_PHONE_MISSING',
    'The order has no phone number of its customer.',
    'Complete it in the shop; the order is read again with the next poll, or when the shop sends it again.',
  );
