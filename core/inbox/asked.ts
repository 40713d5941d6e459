/** What was just asked: words that the bot offered as an answer ("high, medium or low?", "alta, media o baja?") are an answer. */
import type { Message } from '../model.ts';
import { fold } from '../text/fold.ts';
import { plain, stopsOnButton } from './consent.ts';

/** Alternatives in the spelling that `fold` makes of a text. */
const folded = (...alternatives: string[]) => fold(alternatives.join('|'), 'drop').replaceAll('\\p{l}', '\\p{L}');
const anyOf = (...alternatives: string[]) => new RegExp(folded(...alternatives), 'u');

/** About our writing, whatever else is said: there the word means what it says. */
const SUBSCRIBED = anyOf(
  '\\b(?:da(?:r[mts]e|me|te)|dese|de[mt]e) de baja|promoc|suscri|boletin|promot|publicid|pubblicit|marketing|(?:un)?subscri|newsletter|(?:dis)?iscri|opt.out',
  'рассыл|подпис|отпис|реклам|اشتراك|عضویت|اعلان|تبلیغ',
);
/** Writing of ours. */
const WRITING = anyOf(
  '\\b(?:mensaj|recib|escrib|contact|notific|messag|receiv|text|writ|messagg|ricev|scriv|notif|sms|novedades|novita\\b|tips\\b|updates\\b)',
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
const THEIRS =
  '(?:el|la|los|un|una|este|tu|su|mi|the|an?|this|your|my|il|lo|la|un|una|(?:il )?(?:tuo|suo|mio)|ваше|твое|это)';
/** What is neither: a message that is meant as one, what else is received, an order to write the answer, "to continue" in front. */
const NOT_OURS = new RegExp(
  folded(
    `\\b(?:(?:recib|receiv|ricev)\\p{L}{0,8} )?${THEIRS} (?:mensaje|message|text|sms|messaggio|notificacion|notification|notifica|сообщение)(?!\\p{L})|(?:پیام شما|پیام ?تان)(?!\\p{L})`,
    '\\b(?:por|by|per|via) (?:mensaje|message|text|sms|messaggio)(?!\\p{L})',
    `\\b(?:recib|receiv|ricev)\\p{L}{0,8} ${THEIRS} (?!\\p{L}{0,9} ?(?:mensaj|messag|notif|sms|text))`,
    '(?:^|[,;!¡(-]\\s?|(?:please|por favor|puoi|пожалуйста) )(?:escrib(?:e|a|enos)|write|text|scrivi|scriva|scrivete)(?= )(?! (?:to|me|us)\\b)',
    '^[^\\p{L}]{0,5}(?:para|to|per|чтобы) (?:continuar|seguir|continue|go on|continuare|продолжить)(?!\\p{L})',
  ),
  'gu',
);
/** A heading of a choice about our writing: "Messages: on or off". */
const HEADING = new RegExp(
  folded(
    '^[^\\p{L}]*(?:\\p{L}+ ){0,2}(?:mensajes|messages|texts|sms|messaggi|novedades|updates|avisos|сообщения|رسائل|الرسائل|پیام ?ها)(?: \\p{L}+){0,2} ?:',
  ),
  'u',
);
/** What only a part of a button's title may not be about. */
const SENT = anyOf('promo|\\boffer|\\boferta|\\bofferte|\\balert|\\baviso|\\bnews|новост|عروض|پیامک');
/** Whether we go on: there the word means us. */
const GO_ON = anyOf(
  '\\b(?:sigo|continuo|paro)\\b|\\b(?:shall|should|may|can) (?:i|we) (?:continue|stop|go on|keep|send)(?! (?:the|your)\\b)|\\bwant (?:me|us) to (?:stop|continue|go on|keep)(?! (?:the|your)\\b)',
  '\\b(?:devo|dobbiamo) (?:continuare|smettere)|мне (?:продолжать|продолжить|остановиться)|продолжать ли|هل (?:أستمر|أتوقف)|ادامه (?:بدهم|بدم|بدهیم)',
);
/** Answers beside which a word to stop is no third one: "Reply Y, N or STOP". */
const YES_NO =
  /(?:^| )(?:yes|no|si|y|n|c|r|да|нет|نعم|لا|بله|نه)$|^(?:\p{L}+ )?(?:yes|no|si|y|n|c|r|да|нет|نعم|لا|بله|نه) (?:to|para|per|чтобы) /u;
/** Asks for one of the words that follow. */
const ASKS = anyOf(
  '\\b(?:elige|elija|escoge|escoja|indica|indique|escrib|dime|diga|selecciona|seleccione|responde|responda|contesta|marca|marque|pulsa|pulse)',
  '\\b(?:choose|pick|select|type|write|reply|answer|press|tap|enter|say|scegli|scriv|rispond|premi|seleziona|indica)',
  'выбер|напиш|нажми|ответ|укажи|اختر|اختار|اكتب|اضغط|انتخاب|بنویس|بزن',
);

/** What is done with the bot and has an end: "Reply STOP to end the quiz". */
const TASK = folded(
  '(?:(?:quiz|test|game|survey|exam|session|order|booking|tour|exercise|upload|recording|dictation|juego|encuesta|examen|sesion|pedido|reserva|cuestionario|ejercicio|grabacion|gioco|sondaggio|ordine|prenotazione|sessione|esercizio|тест|игру|опрос|заказ|запись|викторину|اختبار|لعبة|الطلب|استبيان|الحجز|آزمون|بازی|سفارش|رزرو|نظرسنجی)(?!\\p{L})|(?:are|re|have) (?:done|finished)|termin[ea]s|acabes|hai finito|закончите)',
);

const OR = '(?:o|u|y|or|and|oppure|e|или|либо|и|او|ام|یا|و)';
const ARTICLE = '(?:the|an?|el|la|una?|il|lo|dar de|dare|(?:la |el )?mas(?: bien)?|more|piu)';
const IS = '(?:es|esta|sea|is|are|was|e|sembra|seems|parece|это)';
/** What a bot offers is short. */
const LONGEST_CHOICE = 40;
const MOST_WORDS = 3;
const LONGEST_HEAD = 200;
/** Between clauses: behind their marks, before a question of its own. */
const CLAUSE_END = /(?<=[.!?؟。])|(?<=:)(?=\s)|(?=¿)/u;
const QUESTION = /[?؟]$|^¿/u;
const BRACKETS = /[([]([^()[\]]{1,200})[)\]]/gu;
const BETWEEN = new RegExp(`[\\n,،;/|•«»"“”()[\\]]|\\s[-–—]\\s|(?<!\\p{L})${OR}(?!\\p{L})`, 'u');
const BEFORE = new RegExp(`^${ARTICLE} (?=.)`, 'u');
/** The numbers and pictures of a list. */
const KEYCAPS = /[0-9]\uFE0F?\u20E3|\p{Extended_Pictographic}/gu;
const NUMBERING = /(?<!\S)(?:\p{N}{1,2}|[a-z])[.)](?=\s)/gu;
const NUMBERED = /^(?:\p{N}{1,2}|[a-z]) (?=.)/u;

/** A clause of a message, and what comes before it where it says nothing but the words that may be answered. */
interface Clause {
  text: string;
  head: string;
  isLine: boolean;
}

/**
 * Whether the words are what these messages offer: a button or row of theirs, a line of a list, or one of the choices of a question or of a list
 * that is to be chosen from. Never where the offer speaks of our writing, or is a stop beside yes and no.
 * @param words plain, as `plain` makes them
 */
export function wasOffered(words: string, said: readonly Message[]): boolean {
  if (words === '' || words.length > LONGEST_CHOICE || stopsOnButton(words)) return false;
  const choice = choiceOf(words);
  const task = taskOf(words);
  const own = SUBSCRIBED.test(words) || WRITING.test(words);
  return said.some((message) => {
    if (isTitle(words, titlesOf(message))) return true;
    if (own) return false;
    const clauses = clausesOf(message.text);
    const lines = clauses.flatMap(({ text, isLine }) => (isLine ? plain(text, 'drop') : []));
    return clauses.some(({ text, head, isLine }) => {
      const whole = isLine ? plain(text, 'drop') : undefined;
      const listed = whole === words || (whole && isPartOf(words, whole, lines)) || isListed(words, text, head);
      const asked = QUESTION.test(text) && (choice.test(text) || hasPartOf(words, itemsOf(text)));
      if (!listed && !asked && !task.test(text)) return false;
      // What words that stand alone are for is said before them, and of a list before its colon.
      const ahead = isBare(text) || (listed && head.endsWith(':') && !text.startsWith('¿'));
      return !isOurs(words, ahead ? `${head}\n${text}` : text);
    });
  });
}

function clausesOf(said: string): Clause[] {
  const text = fold(said.slice(0, 4_000).replace(KEYCAPS, ' | '), 'drop').replace(NUMBERING, ' | ');
  const clauses: Clause[] = [];
  let [head, last] = ['', ''];
  for (const line of text.split('\n')) {
    const pieces = line.split(CLAUSE_END).filter((piece) => /[\p{L}\p{N}]/u.test(piece));
    for (const piece of pieces) {
      head = isBare(last) ? `${head}\n${last}`.slice(-LONGEST_HEAD) : last;
      last = piece.trim();
      clauses.push({ text: last, head, isLine: pieces.length === 1 });
    }
  }
  return clauses;
}

/** Nothing but words to answer with: "(high/low)", "start or stop?", "Reply START, HELP or STOP". */
function isBare(text: string): boolean {
  const [first = '', ...others] = itemsOf(text.replace(/["«»“”]/gu, ''));
  return [ASKS.test(first) ? first.slice(first.indexOf(' ') + 1) : first, ...others].every(
    (item) => !item.includes(' '),
  );
}

function isOurs(words: string, text: string): boolean {
  if (
    SUBSCRIBED.test(text) ||
    GO_ON.test(text) ||
    HEADING.test(text.trim()) ||
    itemsOf(text).some((item) => YES_NO.test(item))
  )
    return true;
  const left = text.replace(NOT_OURS, ' ');
  // The words themselves may say that something ends.
  return WRITING.test(left) && ENDING.test(left.replace(words, ' '));
}

/** In a question: beside another choice, or as the whole of it ("is it low?"). */
const choiceOf = (words: string) =>
  new RegExp(
    `(?:[,:/(«"“|•*-]\\s*|(?<!\\p{L})${OR}\\s+)(?:${ARTICLE}\\s+)?${words}(?!\\p{L})|` +
      `(?<!\\p{L})${words}(?:\\s*[,/)»"”|*]|\\s+${OR}(?!\\p{L}))|(?<!\\p{L})${IS}\\s+${words}\\s*[?؟]`,
    'u',
  );

/** The word to write for a task that ends or begins, and behind or before it which. */
const taskOf = (words: string) =>
  new RegExp(
    `(?:${ASKS.source})\\p{L}{0,6} ["«“*]?${words}["»”*]?,? (?:to|para|per|чтобы|when|cuando|quando|once|когда) [^.,;:?!]{0,30}${TASK}|` +
      `(?:para|to|per|чтобы|برای) [^.,;:?!]{1,30}${TASK},? (?:${ASKS.source})\\p{L}{0,6} ["«“*]?${words}(?!\\p{L})`,
    'u',
  );

/** In a clause that lists: all of it, what stands in brackets, or one of three that are asked for. */
function isListed(words: string, clause: string, head: string): boolean {
  if (Array.from(clause.matchAll(BRACKETS), ([, inside]) => inside!).some((inside) => isList(words, inside)))
    return true;
  if (!ASKS.test(clause) || (head.endsWith(':') && !isBare(clause))) return isList(words, clause);
  const items = itemsOf(clause);
  return items.length > 2 && (items[0]!.endsWith(` ${words}`) || items.some((item) => isChoice(words, item)));
}

/** Several short items, one of them the words. */
function isList(words: string, list: string): boolean {
  const items = itemsOf(list);
  if (items.length < 2 || items.some((item) => item.split(' ').length > MOST_WORDS)) return false;
  return items.some((item) => isChoice(words, item)) || hasPartOf(words, items);
}

const itemsOf = (list: string) => list.split(BETWEEN).flatMap((item) => plain(item, 'drop') || []);

/** With its article or without: "low" is "the low", "baja" is "dar de baja"; not the other way round. */
const isChoice = (words: string, item: string) => item === words || item.replace(BEFORE, '') === words;

/** What is left of a short item without the words at either end. */
function restOf(words: string, item: string): string | undefined {
  if (item.split(' ').length > MOST_WORDS) return undefined;
  if (item.endsWith(` ${words}`)) return item.slice(0, -words.length - 1);
  return item.startsWith(`${words} `) ? item.slice(words.length + 1) : undefined;
}

/** "Planta alta o planta baja": a part of one choice, the rest of which is in another. */
function isPartOf(words: string, item: string, items: readonly string[]): boolean {
  const rest = restOf(words, item)?.replace(BEFORE, '');
  return rest !== undefined && items.some((other) => other !== item && ` ${other} `.includes(` ${rest} `));
}

const hasPartOf = (words: string, items: readonly string[]) => items.some((item) => isPartOf(words, item, items));

/** A button or row, or one end of it where there is another one. */
function isTitle(words: string, titles: readonly string[]): boolean {
  const plainTitles = titles.map((title) => plain(title, 'drop').replace(NUMBERED, ''));
  return plainTitles.some((title) => {
    if (isChoice(words, title)) return true;
    if (SUBSCRIBED.test(title) || WRITING.test(title) || SENT.test(title)) return false;
    return restOf(words, title) !== undefined && plainTitles.some((other) => other !== title);
  });
}

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
