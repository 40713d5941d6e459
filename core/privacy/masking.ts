/**
 * Personal data as tokens: what leaves for an LLM says `[PHONE_1]` where the customer wrote a number, and what comes back is put right
 * toward the same contact only. Pure; what personal data looks like is a `Detector`'s knowledge, where tokens are kept is a store's.
 */
import { oneForm, westernDigits } from '../text/fold.ts';
import { normalise } from '../text/words.ts';
import { IN_URL, isIdInLink, LINK, LINK_LENGTH, NUMBER_LINK, withLinks } from './links.ts';

export type PersonalKind = 'PHONE' | 'EMAIL' | 'IBAN' | 'CARD' | 'NAME' | 'ID';
export const PERSONAL_KINDS: readonly PersonalKind[] = ['PHONE', 'EMAIL', 'IBAN', 'CARD', 'NAME', 'ID'];

/** A piece of a text, `end` excluded, in UTF-16 units. */
export interface Finding {
  start: number;
  end: number;
  kind: PersonalKind;
  /** Normalised: the same number in any spelling gives the same value. */
  value: string;
}

/** What is known of the person whose texts are masked. */
export interface MaskHints {
  /** ISO 3166, the contact's own first: numbers without a country's prefix count as theirs. */
  countries: string[];
  names: string[];
  /** Platform ids (BSUID, Telegram id …), as they are written. */
  ids: string[];
  /** The contact's own, as a `Finding` has them. */
  phones?: string[];
  topics?: Topics;
}

/** What the business's own texts are about, as normalised words: people are called so as well. */
export interface Topics {
  /** It writes them small: a name where a capital letter stands that no sentence's beginning and no shouting put there. */
  small(word: string): boolean;
  /** It writes them with a capital letter in names of its own: a name where somebody says that he is called so. */
  own(word: string): boolean;
  /** Whether one of its texts has this whole name, given as normalised words: a branch, a product, somebody of its own. */
  publishes(name: readonly string[]): boolean;
}

/** @returns findings in order, none overlapping another. */
export type Detector = (text: string, hints: MaskHints) => Finding[];

/** One contact's tokens. Plain data. */
export interface Vault {
  /** `<kind>:<value>` → token; stable for the contact. */
  tokens: Record<string, string>;
  /** Token → the words it stands for, as they were first written. */
  originals: Record<string, string>;
}

export interface Mask {
  /** Replaces personal data by tokens; a token that was written by hand is broken, so that it stands for nothing. */
  mask(text: string): string;
  /**
   * The same for what the business said to the contact: its own phones and words stay, only what is known of the contact is replaced, and a
   * name where it is written as one. A person there may write numbers that nobody knows yet.
   */
  maskAnswer(text: string, by: 'bot' | 'person'): string;
  /** From now on these words of the business's own texts are names only where they are written as one. */
  spare(topics: Topics): void;
  /** Puts back the tokens that this contact's vault knows, and the links that were masked; others stay. */
  restore(text: string): string;
  /** The same for a text that is still being written: an end that could be the beginning of a token is left out. */
  restoreBegun(text: string): string;
  /** How many different values were masked so far. */
  found(): { kind: PersonalKind; count: number }[];
  vault(): Vault;
  /** Tokens that were made since the mask was, or since `adopt`; to be stored before a text that holds them leaves. */
  added(): Vault;
  /** Whether `added` holds anything. */
  changed(): boolean;
  /** Goes on with the vault as it is stored. Texts masked since the last time must be masked again if it differs from ours. */
  adopt(vault: Vault): void;
}

/** More values than a person has: whoever sends thousands gets tokens without a number, which are never put back. */
const MOST_TOKENS = 5_000;

export function createMask(
  detect: Detector,
  hints: MaskHints,
  vault: Vault,
  kinds: readonly PersonalKind[] = PERSONAL_KINDS,
): Mask {
  let tokens = new Map(Object.entries(vault.tokens));
  let originals = new Map(Object.entries(vault.originals));
  let last = lastNumbers(originals.keys());
  const added = new Map<string, string>();
  const seen = new Map<string, PersonalKind>();
  /** Links that were masked: a model that repeats one whole may have it back, as it carries nothing anywhere new. */
  const links = new Map<string, string>();
  const wordsOfNames = hints.names.flatMap((name) => normalise(name).split(' '));
  let topics: Topics | undefined;

  function tokenOf({ kind, value }: Finding, written: string): string {
    const key = `${kind}:${value}`;
    seen.set(key, kind);
    const known = tokens.get(key);
    if (known) return known;
    if (tokens.size >= MOST_TOKENS) return `[${kind}]`;
    const number = (last.get(kind) ?? 0) + 1;
    last.set(kind, number);
    const token = `[${kind}_${number}]`;
    tokens.set(key, token);
    originals.set(token, written);
    added.set(key, token);
    return token;
  }

  const restore = (text: string) => restoreTokens(withLinks(text, links), { tokens, originals });

  /** A number in a link is mostly an id; a phone is one of a known person, or what the link itself calls so. */
  function isMeant({ start, end, kind, value }: Finding, text: string): boolean {
    if (!kinds.includes(kind)) return false;
    if (kind === 'NAME') return !text.startsWith('://', end);
    if ((kind !== 'PHONE' && kind !== 'CARD') || !isIdInLink(text, start)) return true;
    return isOwn({ kind, value });
  }

  const isOwn = ({ kind, value }: Pick<Finding, 'kind' | 'value'>) =>
    kind === 'ID' || tokens.has(`${kind}:${value}`) || hints.phones?.includes(value) === true;

  const findIn = (text: string, about = topics) =>
    detect(text, about ? { ...hints, topics: about } : hints).filter((finding) => isMeant(finding, text));

  function withTokens(text: string, found: Finding[]): string {
    const pieces = found.map((finding) => {
      const { start, end } = finding;
      return { start, end, token: tokenOf(finding, text.slice(start, end)) };
    });
    for (const { 0: link, index } of found.length ? text.matchAll(LINK) : []) {
      const inside = pieces.filter(({ start, end }) => start >= index && end <= index + link.length);
      if (inside.length) links.set(replaced(text, inside, index, index + link.length), link);
    }
    return replaced(text, pieces, 0, text.length);
  }

  return {
    mask: (text) => withTokens(text, findIn(text)),
    maskAnswer(text, by) {
      // Whatever the contact is called is a word to whoever answers: "Solo atendemos …" to somebody called Solo.
      const small = (word: string) => wordsOfNames.includes(word) || topics?.small(word) === true;
      const named = findIn(text, { own: () => false, publishes: () => false, ...topics, small });
      const starts = new Set(named.map(({ start }) => start));
      const found = findIn(text).filter((finding) => {
        if (finding.kind !== 'NAME') return by === 'person' || isOwn(finding);
        return isAddressed(text, finding) || (isOwn(finding) && starts.has(finding.start));
      });
      return withTokens(text, found);
    },
    spare(words) {
      topics = words;
    },
    restore,
    restoreBegun: (text) => restore(withoutBegunToken(text)),
    found: () =>
      PERSONAL_KINDS.map((kind) => ({ kind, count: [...seen.values()].filter((one) => one === kind).length })).filter(
        ({ count }) => count > 0,
      ),
    vault: () => ({ tokens: Object.fromEntries(tokens), originals: Object.fromEntries(originals) }),
    added: () => ({
      tokens: Object.fromEntries(added),
      originals: Object.fromEntries([...added.values()].map((token) => [token, originals.get(token)!])),
    }),
    changed: () => added.size > 0,
    adopt(stored) {
      tokens = new Map(Object.entries(stored.tokens));
      originals = new Map(Object.entries(stored.originals));
      last = lastNumbers(originals.keys());
      added.clear();
    },
  };
}

/** "Hola Ana, …", "¡Gracias, Ana Pérez!": nobody is spoken to so by a word of the business. */
function isAddressed(text: string, { start, end }: Finding): boolean {
  const after = text.slice(end, end + LONGEST_SURNAMES);
  return !/^\p{Ll}/u.test(text.slice(start, end)) && /^(?: \p{Lu}[\p{L}\p{M}'-]{1,20}){0,3} ?[,!،]/u.test(after);
}
const LONGEST_SURNAMES = 70;

/** A part of a text with tokens in place of its pieces. */
function replaced(
  text: string,
  pieces: { start: number; end: number; token: string }[],
  from: number,
  to: number,
): string {
  let masked = '';
  let at = from;
  for (const { start, end, token } of pieces) {
    masked += breakTokens(text.slice(at, start)) + token;
    at = end;
  }
  return masked + breakTokens(text.slice(at, to));
}

function lastNumbers(tokens: Iterable<string>): Map<string, number> {
  const last = new Map<string, number>();
  for (const token of tokens) {
    const [kind = '', number] = token.slice(1, -1).split('_');
    last.set(kind, Math.max(last.get(kind) ?? 0, Number(number)));
  }
  return last;
}

/**
 * What is added to the tokens of a contact that another turned out to be. A token of the other that stands for something else here gets a new
 * number.
 */
export function mergedInto(vault: Vault, other: Vault): Vault {
  const added: Vault = { tokens: {}, originals: {} };
  const last = lastNumbers([...Object.keys(vault.originals), ...Object.keys(other.originals)]);
  for (const [value, token] of Object.entries(other.tokens)) {
    const original = other.originals[token];
    if (vault.tokens[value] || original === undefined) continue;
    const kind = value.slice(0, value.indexOf(':'));
    const taken = vault.originals[token] !== undefined;
    const number = (last.get(kind) ?? 0) + 1;
    if (taken) last.set(kind, number);
    const own = taken ? `[${kind}_${number}]` : token;
    added.tokens[value] = own;
    added.originals[own] = original;
  }
  return added;
}

/** Whether a text may hold tokens at all. */
export const mayHoldTokens = (text: string) => OPENING.test(text);

/** A masked text without its tokens: what is left is what a search is about. */
export function withoutTokens(text: string): string {
  return text.replace(BRACKETED, (whole, inner: string) => (tokenIn(inner) ? ' ' : whole));
}

// ---------------------------------------------------------------- tokens in a text

const OPENING = /[[［【〔⟦]/;
/** Something in brackets that is short enough for a token, with the backslashes of Markdown. */
const BRACKETED = /\\?[[［【〔⟦]([^[\]［］【】〔〕⟦⟧]{3,40})[\]］】〕⟧]/g;
/** The longest beginning of a token that is left out. */
const LONGEST = 44;

/** The token that a model, or a person, meant: any case, spacing, escapes, digits and width. Null for other words in brackets. */
function tokenIn(inner: string): string | null {
  const plain = oneForm(inner)
    .replace(/[\s\\_*`\p{Cf}\p{Pd}]/gu, '')
    .toUpperCase();
  const [, kind, digits] = /^(PHONE|EMAIL|IBAN|CARD|NAME|ID)(\p{Nd}{1,6})$/u.exec(plain) ?? [];
  return kind && digits ? `[${kind}_${Number(westernDigits(digits))}]` : null;
}

/** A text whose words in brackets stand for nothing, whoever wrote them. */
export function breakTokens(text: string): string {
  if (!OPENING.test(text)) return text;
  return text.replace(
    BRACKETED,
    (whole, inner: string) => tokenIn(inner)?.replace(/^\[(\w+)_(\d+)\]$/, '($1 $2)') ?? whole,
  );
}

interface Tokens {
  tokens: Map<string, string>;
  originals: Map<string, string>;
}

function restoreTokens(text: string, { tokens, originals }: Tokens): string {
  return text.replace(BRACKETED, (whole: string, inner: string, at: number) => {
    const token = tokenIn(inner);
    const original = token && originals.get(token);
    if (!token || !original) return whole;
    const context = text.slice(Math.max(0, at - LINK_LENGTH), at);
    const link = NUMBER_LINK.exec(context);
    if (link && token.startsWith('[PHONE_')) {
      const value = valueBehind(token, tokens).replace(/[^\d+]/g, '');
      return link[1] || link[0].endsWith('+') ? value.replace('+', '') : value;
    }
    // A model that was talked into writing a link must not carry the customer's data to whoever serves it.
    return IN_URL.test(context) ? whole : original;
  });
}

function valueBehind(token: string, tokens: Map<string, string>): string {
  for (const [key, each] of tokens) if (each === token) return key.slice(key.indexOf(':') + 1);
  return '';
}

function withoutBegunToken(text: string): string {
  const tail = text.slice(-LONGEST);
  const open = Math.max(...[...'[［【〔⟦'].map((bracket) => tail.lastIndexOf(bracket)));
  const begun = open >= 0 && !/[\]］】〕⟧]/.test(tail.slice(open));
  const end = begun ? text.length - tail.length + open : text.length;
  return text.slice(0, text[end - 1] === '\\' ? end - 1 : end);
}
