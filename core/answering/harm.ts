/**
 * What does damage when it is done by mistake: ending, deleting, setting back, paying. A passage about it is quoted to whoever asks for that,
 * and to nobody else: "nothing works" is no wish to set the router back, and "my flight was cancelled" none to cancel an order.
 */
import { normalise } from '../text/words.ts';

/** How words for it begin, of all languages; a whole word ends with a full stop. */
const BEGINNINGS = {
  ends: 'baja. bajas. cancel anul rescind disd annull reced recess terminat unsubscrib لغو کنسل انصراف الغ. الغاء الغي الغو الغت يلغ تلغ نلغ отмен расторг отказ',
  wipes: 'borr elimin delet eras wip حذف پاک مسح удал стер',
  resets: 'restablec reset restaur formate formatt ripristin ریست فرمت ضبط сбро',
  pays: 'pag abon cobr transfer deposit tarjeta tarjetas efectivo pay card cash charg bill invoice instalment bonific carta rate contanti fattur factur recib domicili visa پرداخت قسط کارت نقد واریز دفع ادفع سداد بطاق оплат плат карт',
} as const;

type Harm = keyof typeof BEGINNINGS;
const HARMS = Object.entries(BEGINNINGS).flatMap(([harm, words]) =>
  words.split(' ').map((word) => [harm as Harm, normalise(word), word.endsWith('.')] as const),
);

/** Says "as it came" beside a word of setting back; elsewhere it is where things are made. */
const FACTORY = /^(?:fabric|factory|fabbric|کارخانه|заводск|مصنع)/u;
const AS_IT_CAME =
  /^(?:valor|ajust|estado|configur|setting|default|impostaz|تنظیم|اعداد|الاعداد|настро|reset|restabl|restaur|ripristin|ریست|сбро)/u;

const NO = listed(
  'no not don dont never nunca jamas non ne не لا нет nicht kein pas sin without senza بدون без ohne sans',
);
/** What stands between a "no" and what is not wanted. */
const BETWEEN = listed(
  't do you want wanna to please quiero queria quisiera que me te lo la los las les se darme dar de el mi voglio vorrei mi хочу надо нужно اريد تريد بدي',
);
/** Persian says it behind. */
const NO_BEHIND = /^(?:نکن|نمی|نخوا)/u;

/** How a verb ends that tells what happened. */
const PAST =
  /(?:ee|cio|aron|ieron|iendo|ando|aba|aban|ad[oa]s?|ido|idos|[^s]ed|ing|cels|letes|ases|at[oai]|ett[oi]|ava|[иаыя]л[аои]?|ся|сь|ен[аоы]?|нн\p{L}{1,4}|[فحسغی]ت)$|^стер$/u;
/** A verb of Persian that follows what was done. */
const DONE_BEHIND = /^(?:شد\p{L}*|کرده?|کرد(?:م|ی|یم|ید|ین|ند)|رفت\p{L}*)$/u;
/** Before a noun, or a verb without an ending of its own, it says that it is so, or that somebody else did it. */
const IS_SO = listed(
  'esta estoy estan estamos estaba estuve estar sigo sigue dieron dio dado di is was were been got تم انلغي',
);
const SOMEBODY = listed('i he she it they we who just already me se nos ya');
const ASKS = listed('do can should could may must how if would shall como puedo se debo');
/** "It can be cancelled", "I want it cancelled". */
const TO_BE = listed('be ser essere want need like');

/** Says that it is meant as it stands: "quiero cancelar", "how can I cancel?". */
const WISHES = listed(
  'quiero quisiera queria deseo necesito solicito como puedo podria gustaria dar darme darnos want wanna like need how vorrei voglio desidero come posso ' +
    'хочу хотел хотела нужно надо как можно میخوام خوام خواهم میخواهم خواستم چطور چجوری چگونه اريد ابغي ابي بدي عايز كيف quero mochte will wie veux voudrais comment',
);

function listed(words: string): ReadonlySet<string> {
  return new Set(normalise(words).split(' '));
}

const harmsOf = (word: string): Harm[] =>
  HARMS.filter(([, beginning, whole]) => (whole ? word === beginning : word.startsWith(beginning))).map(
    ([harm]) => harm,
  );

interface Word {
  word: string;
  /** "canceló" and "cancelé" tell what happened, "cancelo" and "cancele" may not. */
  accented: boolean;
}

function wordsOf(text: string): Word[] {
  /** Most words of a long text are there more than once. */
  const known = new Map<string, Word[]>();
  return (text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).flatMap((raw) => {
    const words = known.get(raw) ?? compared(raw);
    known.set(raw, words);
    return words;
  });
}

function compared(raw: string): Word[] {
  const accented = /(?:[éóíòì]|[eoi][\u0300\u0301])$/iu.test(raw);
  return normalise(raw)
    .split(' ')
    .map((word) => ({ word, accented }));
}

function harmsAt(words: Word[], at: number): Harm[] {
  const { word } = words[at]!;
  if (!FACTORY.test(word)) return harmsOf(word);
  return around(words, at).some((each) => AS_IT_CAME.test(words[each]!.word)) ? ['resets'] : [];
}

/** Where the words around one are that belong to it. */
const around = (words: Word[], at: number): number[] =>
  [-4, -3, -2, -1, 1, 2].map((steps) => at + steps).filter((each) => words[each]);

/** The kinds of harm that a text speaks of. */
export function spokenOf(text: string): Set<Harm> {
  const words = wordsOf(text);
  return new Set(words.flatMap((_, at) => harmsAt(words, at)));
}

/** What somebody asks for that does harm. */
export interface Wish {
  harms: ReadonlySet<Harm>;
  /** It is said by more than one word of harm alone: "quiero cancelar", "reset de fábrica", and not "cancel that". */
  clear: boolean;
}

/** What does harm that is asked for; what somebody does not want ("please don't cancel it"), or tells, is not. */
export function askedFor(question: string): Wish {
  const words = wordsOf(question);
  const found = words.flatMap((_, at) => {
    const harms = harmsAt(words, at);
    if (harms.length === 0 || isRefused(words, at)) return [];
    return [harms.filter((harm) => harm === 'pays' || !isTold(words, at))];
  });
  const lasting = found.filter((harms) => harms.some((harm) => harm !== 'pays'));
  return {
    harms: new Set(found.flat()),
    clear: lasting.length > 1 || words.some(({ word }) => WISHES.has(word)),
  };
}

/** The verb of "dar de baja". */
const GIVING = listed('dar doy dame darme deme da den');

/** Whether a word, as it is compared, stands for harm itself and not for what it is done to. */
export const isHarm = (word: string): boolean =>
  FACTORY.test(word) || GIVING.has(word) || harmsOf(word).some((harm) => harm !== 'pays');

function isRefused(words: Word[], at: number): boolean {
  if (NO_BEHIND.test(words[at + 1]?.word ?? '')) return true;
  let before = at - 1;
  while (before >= 0 && at - before < 5 && BETWEEN.has(words[before]!.word)) before--;
  return NO.has(words[before]?.word ?? '');
}

/** Whether it is told that something was done, or is so. */
function isTold(words: Word[], at: number): boolean {
  const { word, accented } = words[at]!;
  if (FACTORY.test(word))
    return around(words, at).some((each) => harmsOf(words[each]!.word).length > 0 && isTold(words, each));
  const before = (steps: number) => words[at - steps]?.word ?? '';
  if (DONE_BEHIND.test(words[at + 1]?.word ?? '')) return true;
  if ([1, 2].some((steps) => IS_SO.has(before(steps)))) return true;
  if (accented || PAST.test(word)) return ![1, 2, 3].some((steps) => TO_BE.has(before(steps)));
  // "I reset it", "me reseteo el router": without an ending, or without its accent.
  const bare = /o$|^reset$/.test(word) && !/cion$/.test(word);
  return bare && SOMEBODY.has(before(1)) && !ASKS.has(before(2));
}
