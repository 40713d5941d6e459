/**
 * Two programs that answer each other never end by themselves. Known by what the platform tells of the sender, by texts that come again after
 * each of our turns, by long texts that come faster than anybody types, and by sentences without end. It ends with silence: the counting begins anew after a pause.
 */
import type { Exchange } from '../model.ts';
import { normalise } from '../text/words.ts';
import { because } from './reasons.ts';

/** After so long without a message from there, it is another exchange. */
const PAUSE_MS = 10 * 60_000;
/** So many turns a bot is answered. */
const BOT_TURNS = 3;
/** So many turns in a row with the same text, or nearly so; a short one ("hola?") a person sends oftener. */
const SAME_TURNS = 3;
const ALIKE_TURNS = 5;
const SAME_SHORT_TURNS = 7;
const SHORT_WORDS = 3;
/** With texts that came before the last two: who tries a bot out asks his few questions again. Or with two short ones in turns. */
const ROUND_TURNS = 6;
const SHORT_ROUND_TURNS = 12;
/** So many turns in a row with texts of this length that came at more letters a second than a person types. */
const FAST_TURNS = 8;
const FAST_LETTERS = 80;
const FAST_PER_SECOND = 20;
/** So many turns in a row with a sentence so soon after our answer, not one of which took longer to read it: whatever they say. */
const QUICK_TURNS = 40;
const QUICK_MS = 15_000;
/**
 * So many turns with a sentence in one exchange, however slow: programs that take their time would go on for days. A person rests for longer
 * than `PAUSE_MS`, and says a word or two now and then, which stands against so many sentences.
 */
const SENTENCE_TURNS = 120;
const SHORT_WEIGHT = 10;
/** What is remembered of a text, and of how many: programs take turns with a few phrases. */
const REMEMBERED = 160;
const TEXTS = 7;

const NONE: Exchange = { turn: null, at: 0, texts: [], bot: 0, same: 0, fast: 0, quick: 0 };

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
  const text = keyOf(message.text);
  const texts = [text, ...known.texts].slice(0, TEXTS);
  if (known === NONE || known.turn === lastTurn) return { ...known, turn: lastTurn, at, texts };
  const same = sameAs(text, texts.slice(1), /[?؟]/u.test(message.text)) >= 0;
  const fast = message.text.length >= FAST_LETTERS && message.text.length * 1_000 > FAST_PER_SECOND * (at - saidAt);
  const { quick = 0, sentences = 0 } = known;
  return {
    turn: lastTurn,
    at,
    texts,
    bot: message.automated ? known.bot + 1 : 0,
    same: same ? known.same + 1 : 0,
    fast: fast ? known.fast + 1 : 0,
    quick: at - saidAt > QUICK_MS ? 0 : isShort(text) ? quick : quick + 1,
    sentences: isShort(text) ? Math.max(0, sentences - SHORT_WEIGHT) : sentences + 1,
  };
}

/** What is compared of a text. Pictures count where there are no words; codes get a digit, by which they are known later. */
function keyOf(said: string): string {
  const text = said.slice(0, 2 * REMEMBERED);
  const marked = /\p{Ll}/u.test(text) ? text.replace(CODE, '0$&').replace(LABELLED, '$&0') : text;
  const words = normalise(marked) || (text.match(/\p{Extended_Pictographic}/gu) ?? []).join('');
  return words.slice(0, REMEMBERED);
}

/** "ABCX" in a text that is not all capitals, and what is called a reference. */
const CODE = /(?<![\p{L}\p{N}])\p{Lu}[\p{Lu}\p{N}]{2,}(?![\p{L}\p{N}])/gu;
const LABELLED =
  /(?<!\p{L})(?:ref|reference|referencia|riferimento|ticket|case|caso|folio|código|codice|code|номер|код|رقم|کد)[.:# №]{1,4}(?=[\p{L}\p{N}])/giu;

const isShort = (text: string) => text.split(' ').length < SHORT_WORDS;
/** What somebody types who answers one question after the other. */
const ANSWERS = new Set(['si', 'no', 'yes', 'y', 'n', 'да', 'нет', 'نعم', 'لا', 'بله', 'نه', 'بلی']);

/**
 * Where among the last texts this one was; -1 nowhere. A short one is looked for in the last two only, as a person who types his way through a
 * menu comes by its words again; numbers and yes or no in the last one.
 */
function sameAs(text: string, before: readonly string[], asks: boolean): number {
  if (text === '') return -1;
  if (!isShort(text)) return before.findIndex((other) => text === other || (!asks && alike(text, other)));
  const isAnswer = /\p{N}/u.test(text) || ANSWERS.has(text);
  return before.slice(0, isAnswer ? 1 : 2).indexOf(text);
}

/**
 * Of a text with some words, the same but for its numbers and codes (a ticket, a time). A person who asks nearly the same again changes a
 * word or asks about another number, and one who types his way through a menu writes numbers only.
 */
function alike(text: string, other: string): boolean {
  const words = text.split(' ').filter(isWord);
  return words.length >= SHORT_WORDS && words.join(' ') === other.split(' ').filter(isWord).join(' ');
}

const isWord = (token: string) => !/\p{N}/u.test(token);

function sameLimit([text = '', ...before]: readonly string[]): number {
  const distance = sameAs(text, before, false);
  if (isShort(text)) return distance === 0 ? SAME_SHORT_TURNS : SHORT_ROUND_TURNS;
  if (distance > 1) return ROUND_TURNS;
  return before[distance] === text ? SAME_TURNS : ALIKE_TURNS;
}

/** Why this exchange is one of two programs; null where it is not. */
export function loopReason(exchange: Exchange | null): string | null {
  if (!exchange) return null;
  const { bot, same, fast, texts, quick = 0, sentences = 0 } = exchange;
  if (bot >= BOT_TURNS) return because('loop.bot', { n: BOT_TURNS });
  if (same >= sameLimit(texts)) return because('loop.same', { n: same + 1 });
  if (fast >= FAST_TURNS) return because('loop.fast', { n: fast });
  if (quick >= QUICK_TURNS) return because('loop.quick', { n: quick, seconds: QUICK_MS / 1_000 });
  if (sentences >= SENTENCE_TURNS) return because('loop.sentences', { n: sentences });
  return null;
}
