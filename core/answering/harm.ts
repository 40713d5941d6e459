/**
 * What does damage when it is done by mistake: ending, wiping, paying. A passage about it is quoted to whoever asks for that, and to nobody
 * else: "nothing works" is no wish to set the router back.
 */
import { normalise } from '../text/words.ts';

/** How words for it begin, of all languages. */
const BEGINNINGS = {
  ends: 'baja cancel anul rescind disd annull disdett reced recess terminat unsubscrib لغو کنسل انصراف الغ отмен расторг отказ',
  wipes:
    'restablec resete reset restaur borr elimin format fabric delet eras wip factory ripristin ریست حذف پاک فرمت کارخانه حذف مسح ضبط сбро удал стер',
  pays: 'pag abon cobr transfer deposit tarjeta tarjetas efectivo pay card cash charg bill invoice instalment bonific carta rate contanti fattur factur recib domicili visa پرداخت قسط کارت نقد واریز دفع ادفع سداد بطاق оплат плат карт',
} as const;

type Harm = keyof typeof BEGINNINGS;
const HARMS = Object.entries(BEGINNINGS).map(([harm, words]) => [harm as Harm, normalise(words).split(' ')] as const);

const NO = new Set(normalise('no not don dont never nunca jamas non ne не لا нет nicht kein pas').split(' '));
/** What stands between a "no" and what is not wanted. */
const BETWEEN = new Set(
  normalise(
    't do you want wanna to please quiero queria quisiera que me te lo la los las les se darme dar de el mi voglio vorrei mi хочу надо нужно اريد تريد بدي',
  ).split(' '),
);
/** Persian says it behind. */
const NO_BEHIND = /^(?:نکن|نمی|نخوا)/u;

const harmsOf = (word: string): Harm[] =>
  HARMS.flatMap(([harm, beginnings]) => (beginnings.some((beginning) => word.startsWith(beginning)) ? [harm] : []));

/** The kinds of harm that a text speaks of. */
export const spokenOf = (text: string): Set<Harm> => new Set(normalise(text).split(' ').flatMap(harmsOf));

/** The kinds of harm that somebody asks for; what he does not want ("please don't cancel it") is not asked for. */
export function askedFor(question: string): Set<Harm> {
  const words = normalise(question).split(' ');
  return new Set(
    words.flatMap((word, at) => {
      const harms = harmsOf(word);
      return harms.length > 0 && !isRefused(words, at) ? harms : [];
    }),
  );
}

function isRefused(words: string[], at: number): boolean {
  if (NO_BEHIND.test(words[at + 1] ?? '')) return true;
  let before = at - 1;
  while (before >= 0 && at - before < 5 && BETWEEN.has(words[before]!)) before--;
  return NO.has(words[before] ?? '');
}
