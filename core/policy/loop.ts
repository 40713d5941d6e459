/**
 * Two programs that answer each other never end by themselves. Known by what the platform tells of the sender, by texts that come again after
 * each of our turns, and by long texts that come faster than anybody types. It ends with silence: the counting begins anew after a pause.
 */
import type { Exchange } from '../model.ts';
import { normalise } from '../text/words.ts';

/** After so long without a message from there, it is another exchange. */
const PAUSE_MS = 10 * 60_000;
/** So many turns a bot is answered. */
const BOT_TURNS = 3;
/** So many turns in a row with the same text, or nearly so; a short one ("hola?") a person sends oftener. */
const SAME_TURNS = 3;
const ALIKE_TURNS = 5;
const SAME_SHORT_TURNS = 7;
const SHORT_WORDS = 3;
/** So many turns in a row with texts of this length that came at more letters a second than a person types. */
const FAST_TURNS = 6;
const FAST_LETTERS = 80;
const FAST_PER_SECOND = 40;
/** What is remembered of a text, and of how many: programs take turns with a few phrases. */
const REMEMBERED = 160;
const TEXTS = 3;

const NONE: Exchange = { turn: null, at: 0, texts: [], bot: 0, same: 0, fast: 0 };

export interface Heard {
  text: string;
  /** The platform says that a program wrote it. */
  automated: boolean;
  at: number;
}

/**
 * What a message that came in changes. Only the first one after a turn of ours counts: several at once are a burst, which is the rate's matter.
 * @param saidAt when something was last said in the conversation
 */
export function heard(before: Exchange | null, lastTurn: string | null, saidAt: number, message: Heard): Exchange {
  const { at } = message;
  const known = before && at - before.at < PAUSE_MS ? before : NONE;
  const text = normalise(message.text.slice(0, 2 * REMEMBERED)).slice(0, REMEMBERED);
  const texts = [text, ...known.texts].slice(0, TEXTS);
  if (known === NONE || known.turn === lastTurn) return { ...known, turn: lastTurn, at, texts };
  // A short one is compared with the last only: a person who types his way through a menu says "1", "2", "1".
  const others = isShort(text) ? known.texts.slice(0, 1) : known.texts;
  const same = text !== '' && others.some((other) => alike(text, other));
  const fast = message.text.length >= FAST_LETTERS && message.text.length * 1_000 > FAST_PER_SECOND * (at - saidAt);
  return {
    turn: lastTurn,
    at,
    texts,
    bot: message.automated ? known.bot + 1 : 0,
    same: same ? known.same + 1 : 0,
    fast: fast ? known.fast + 1 : 0,
  };
}

const isShort = (text: string) => text.split(' ').length < SHORT_WORDS;

/**
 * The same; or, of a text with some words, the same but for its numbers (a ticket, a time). A person who asks nearly the same again changes a
 * word, and one who types his way through a menu writes numbers only.
 */
function alike(text: string, other: string): boolean {
  if (text === other) return true;
  const without = (one: string) => one.replace(/\p{N}+/gu, '0');
  return /(?:\p{L}+[^\p{L}]+){3}/u.test(text) && without(text) === without(other);
}

function sameLimit([text = '', ...before]: readonly string[]): number {
  if (isShort(text)) return SAME_SHORT_TURNS;
  return before.includes(text) ? SAME_TURNS : ALIKE_TURNS;
}

/** Why this exchange is one of two programs; null where it is not. */
export function loopReason(exchange: Exchange | null): string | null {
  if (!exchange) return null;
  const { bot, same, fast, texts } = exchange;
  if (bot >= BOT_TURNS)
    return `A bot writes here, as the platform says; it was answered ${BOT_TURNS} times. It is answered again after 10 minutes of silence.`;
  if (same >= sameLimit(texts))
    return `The same text came ${same + 1} times in a row, each after an answer: this seems to be another bot.`;
  if (fast >= FAST_TURNS)
    return `${fast} long texts in a row came faster than a person types: this seems to be another bot.`;
  return null;
}
