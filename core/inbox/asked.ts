/** What was just asked: words that the bot offered as an answer ("high, medium or low?", "alta, media o baja?") are an answer. */
import type { Message } from '../model.ts';
import { fold } from '../text/fold.ts';
import { plain, stopsOnButton } from './consent.ts';

/** Alternatives in the spelling that `fold` makes of a text. */
const anyOf = (...alternatives: string[]) => new RegExp(fold(alternatives.join('|'), 'drop'), 'u');

/** About our writing, whatever else is said: there the word means what it says. */
const SUBSCRIBED = anyOf(
  '\\b(?:da(?:r[mts]e|me|te)|dese|de[mt]e) de baja|promoc|suscri|boletin|promot|publicid|pubblicit|marketing|(?:un)?subscri|newsletter|(?:dis)?iscri|opt.out',
  'рассыл|подпис|отпис|реклам|اشتراك|عضویت|اعلان|تبلیغ',
);
/** Writing: of ours, or of the person who is asked to write an answer. */
const WRITING = anyOf(
  '\\b(?:mensaj|recib|escrib|contact|notific|messag|receiv|text|writ|messagg|ricev|scriv|notif|sms)',
  'сообщени|писать|писали|رسائل|رسالة|تراسل|پیام',
);
/** That it ends, goes on or is wanted: beside writing, it is ours. */
const ENDING = anyOf(
  '\\b(?:de baja|para no|para dejar|deja(?:r|mos)? de|dej[ae]s? de|no (?:te|le|me)|cancel|seguir|continuar|quier|desea)',
  '\\bno\\b[^.,?!\\n]{1,40}\\bmas\\b',
  '\\b(?:to stop|stop (?:receiv|get|messag|text|all|our|these|the)|no more|no longer|any ?more|go on|keep|continue|want|wish|would you like|remove)',
  '\\b(?:per non|piu|smett|vuoi|vuole|desider)',
  'больше|прекра|переста|хотите|хочешь|продолж|чтобы не|لعدم|عدم|توقف|إيقاف|تريد|ترغب|استمرار|نمی|نفرست|نده|قطع|لغو|ادامه|دریافت',
);
/** Asks for one of the words that follow. */
const ASKS = anyOf(
  '\\b(?:elige|elija|escoge|escoja|indica|indique|escrib|dime|diga|selecciona|seleccione|responde|responda|contesta|marca|marque|pulsa|pulse)',
  '\\b(?:choose|pick|select|type|write|reply|answer|press|tap|enter|say|scegli|scriv|rispond|premi|seleziona|indica)',
  'выбер|напиш|нажми|ответ|укажи|اختر|اختار|اكتب|اضغط|انتخاب|بنویس|بزن',
);

const OR = '(?:o|u|y|or|and|oppure|e|или|либо|и|او|یا|و)';
const ARTICLE = '(?:the|an?|el|la|una?|il|lo|dar de|dare)';
const IS = '(?:es|esta|sea|is|are|was|e|sembra|seems|parece|это)';
/** What a bot offers is short. */
const LONGEST_CHOICE = 40;
const MOST_WORDS = 3;
/** With its mark. Not up to a question mark, which would look for it from every letter. */
const SENTENCE = /[^.!?؟。\n]+[.!?؟。]?/gu;
const QUESTION = /[?؟]$/u;
const BRACKETS = /[([]([^()[\]]{1,200})[)\]]/gu;
const BETWEEN = new RegExp(`[,،;/|•«»"“”()[\\]]|\\s[-–—]\\s|(?<!\\p{L})${OR}(?!\\p{L})`, 'u');
const BEFORE = new RegExp(`^${ARTICLE} (?=.)`, 'u');

/**
 * Whether the words are what these messages offer: a button or row of theirs, a line of a list, or one of the choices of a question or of a list
 * that is to be chosen from. Never where the messages speak of our writing.
 * @param words plain, as `plain` makes them
 */
export function wasOffered(words: string, said: readonly Message[]): boolean {
  if (words === '' || words.length > LONGEST_CHOICE || stopsOnButton(words)) return false;
  const [line, choice] = [lineOf(words), choiceOf(words)];
  const own = SUBSCRIBED.test(words) || WRITING.test(words);
  return said.some((message) => {
    if (titlesOf(message).some((title) => isChoice(words, plain(title, 'drop')))) return true;
    const text = fold(message.text.slice(0, 4_000), 'drop');
    if (own || SUBSCRIBED.test(text) || (WRITING.test(text) && ENDING.test(text))) return false;
    if (line.test(text) || [...text.matchAll(BRACKETS)].some(([, inside]) => isList(words, inside!))) return true;
    const sentences = text.match(SENTENCE) ?? [];
    return sentences.some((each) => (QUESTION.test(each) && choice.test(each)) || isListed(words, each));
  });
}

/** A line of a list. */
const lineOf = (words: string) => new RegExp(`^[^\\p{L}\\n]*${words}[^\\p{L}\\p{N}\\n]*$`, 'mu');

/** In a question: beside another choice, or as the whole of it ("is it low?"). */
const choiceOf = (words: string) =>
  new RegExp(
    `(?:[,:/(«"“|•*-]\\s*|(?<!\\p{L})${OR}\\s+)(?:${ARTICLE}\\s+)?${words}(?!\\p{L})|` +
      `(?<!\\p{L})${words}(?:\\s*[,/)»"”|*]|\\s+${OR}(?!\\p{L}))|(?<!\\p{L})${IS}\\s+${words}\\s*[?؟]`,
    'u',
  );

/** In a sentence that lists: all of it, what comes after a colon, or one of three that are asked for. */
function isListed(words: string, sentence: string): boolean {
  const colon = sentence.indexOf(':');
  if (colon >= 0 && isList(words, sentence.slice(colon + 1))) return true;
  if (!ASKS.test(sentence)) return isList(words, sentence);
  const items = itemsOf(sentence);
  return items.length > 2 && (items[0]!.endsWith(` ${words}`) || items.some((item) => isChoice(words, item)));
}

/** Several short items, one of them the words. */
function isList(words: string, list: string): boolean {
  const items = itemsOf(list);
  if (items.length < 2 || items.some((item) => item.split(' ').length > MOST_WORDS)) return false;
  return items.some((item) => isChoice(words, item));
}

const itemsOf = (list: string) => list.split(BETWEEN).flatMap((item) => plain(item, 'drop') || []);

/** With its article or without: "low" is "the low", "baja" is "dar de baja"; not the other way round. */
const isChoice = (words: string, item: string) => item === words || item.replace(BEFORE, '') === words;

/** What the buttons and rows of a message were called. */
function titlesOf({ parts = [] }: Message): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [key, inner] of Object.entries(value)) {
      if ((key === 'title' || key === 'text') && typeof inner === 'string' && inner.length <= LONGEST_CHOICE)
        found.push(inner);
      else walk(inner);
    }
  };
  for (const { request } of parts) walk(request);
  return found;
}
