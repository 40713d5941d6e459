/**
 * The people that this page plays. A person is a number: name and identities follow from it, so that the same person is the same customer in
 * every browser and after every restart. Phone numbers are valid and nobody's: North America keeps 555-0100 to 555-0199 for fiction.
 */
import type { Customer } from './api.ts';

export interface Person {
  n: number;
  name: string;
  username: string;
  /** Of the person's app, ISO 639-1. */
  language: string;
  /** Chat id. */
  telegram: string;
  /** E.164 without plus. */
  whatsapp: string;
  /** IGSID. */
  instagram: string;
}

type Names = { language: string; first: [name: string, latin: string][]; last: [name: string, latin: string][] };
const same = (...names: string[]): [string, string][] =>
  names.map((name) => [
    name,
    name
      .normalize('NFD')
      .replace(/[^a-z]/gi, '')
      .toLowerCase(),
  ]);

const NAMES: Names[] = [
  {
    language: 'es',
    first: same('Lucía', 'Mateo', 'Valentina', 'Diego', 'Camila', 'Andrés', 'Sofía', 'Julián'),
    last: same('Fernández', 'Rojas', 'Castaño', 'Herrera', 'Molina', 'Vargas', 'Iglesias', 'Ortega'),
  },
  {
    language: 'it',
    first: same('Marco', 'Giulia', 'Luca', 'Chiara', 'Paolo', 'Elena', 'Matteo', 'Silvia'),
    last: same('Bianchi', 'Conti', 'Ferrari', 'Gallo', 'Marino', 'Ricci', 'Greco', 'Colombo'),
  },
  {
    language: 'fa',
    first: [
      ['سارا', 'sara'],
      ['رضا', 'reza'],
      ['نرگس', 'narges'],
      ['آرش', 'arash'],
      ['مریم', 'maryam'],
      ['کاوه', 'kaveh'],
      ['لیلا', 'leila'],
      ['بهرام', 'bahram'],
    ],
    last: [
      ['محمدی', 'mohammadi'],
      ['کریمی', 'karimi'],
      ['رستمی', 'rostami'],
      ['شریفی', 'sharifi'],
      ['نوری', 'nouri'],
      ['صادقی', 'sadeghi'],
      ['فرهادی', 'farhadi'],
      ['یوسفی', 'yousefi'],
    ],
  },
  {
    language: 'ru',
    first: [
      ['Иван', 'ivan'],
      ['Ольга', 'olga'],
      ['Сергей', 'sergey'],
      ['Елена', 'elena'],
      ['Павел', 'pavel'],
      ['Нина', 'nina'],
      ['Глеб', 'gleb'],
      ['Вера', 'vera'],
    ],
    // Of one form for men and women.
    last: [
      ['Бондаренко', 'bondarenko'],
      ['Шевчук', 'shevchuk'],
      ['Коваль', 'koval'],
      ['Мельник', 'melnik'],
      ['Гайдар', 'gaidar'],
      ['Седых', 'sedykh'],
      ['Черных', 'chernykh'],
      ['Левченко', 'levchenko'],
    ],
  },
  {
    language: 'ar',
    first: [
      ['عمر', 'omar'],
      ['ليلى', 'layla'],
      ['يوسف', 'youssef'],
      ['نور', 'nour'],
      ['خالد', 'khaled'],
      ['هدى', 'huda'],
      ['كريم', 'karim'],
      ['سلمى', 'salma'],
    ],
    last: [
      ['منصور', 'mansour'],
      ['حداد', 'haddad'],
      ['الخطيب', 'alkhatib'],
      ['نصار', 'nassar'],
      ['سالم', 'salem'],
      ['عباس', 'abbas'],
      ['درويش', 'darwish'],
      ['الشامي', 'alshami'],
    ],
  },
  {
    language: 'en',
    first: same('Alice', 'Tom', 'Grace', 'Ben', 'Ruth', 'Oliver', 'Emma', 'Jack'),
    last: same('Turner', 'Walsh', 'Bennett', 'Foster', 'Hughes', 'Murray', 'Palmer', 'Reid'),
  },
];

/** Of regions with many numbers; each has a hundred for fiction. */
const AREAS = [212, 213, 305, 312, 313, 404, 412, 415, 503, 512, 602, 612, 617, 702, 713, 718, 773, 786, 818, 917];
/** How many people there are. */
export const PEOPLE = AREAS.length * 100;
/** A factor without common divisors with the counts below, so that no two people share an id. */
const SPREAD = 1_299_709 * 3571;

/** @param n from 0 to `PEOPLE` − 1; others wrap around. */
export function person(n: number): Person {
  const of = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;
  const { language, first, last } = of(NAMES, n);
  const round = Math.floor(n / NAMES.length);
  const [name, latin] = of(first, round);
  const [family, latinFamily] = of(last, round + Math.floor(round / first.length));
  const line = String((n * 37) % 100).padStart(2, '0');
  const spread = (n + 1) * SPREAD;
  return {
    n,
    name: `${name} ${family}`,
    username: `${latin}_${latinFamily}`,
    language,
    telegram: String(5_000_000_000 + (spread % 2_900_000_000)),
    whatsapp: `1${of(AREAS, Math.floor(n / 100))}55501${line}`,
    instagram: `178${String(spread % 99_999_999_999_973).padStart(14, '0')}`,
  };
}

/** Where people are known by their numbers. */
const hasPhone = (channel: string) => channel === 'whatsapp' || channel === 'waha';

/** The person as an account of this channel knows it; a channel that a package added gets the number that Telegram has. */
export function customerOn(channel: string, { name, username, language, ...ids }: Person, topic?: number): Customer {
  const id = hasPhone(channel) ? ids.whatsapp : channel === 'instagram' ? ids.instagram : ids.telegram;
  return { id, name, username, language, ...(channel === 'telegram' && topic !== undefined ? { topic } : {}) };
}

/** What a person is called on the channel, to be read by people. */
export function handle(channel: string, { username, telegram, whatsapp }: Person): string {
  if (hasPhone(channel)) return `+1 ${whatsapp.slice(1, 4)} ${whatsapp.slice(4, 7)} ${whatsapp.slice(7)}`;
  return channel === 'instagram' ? `@${username}` : `@${username} · ${telegram}`;
}
