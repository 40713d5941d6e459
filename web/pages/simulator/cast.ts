/** Who this browser plays, and the last choices; kept over a reload. */
import { load, save } from '../../storage.ts';
import { PEOPLE, type Person, person } from './people.ts';

export interface Cast {
  /** Numbers of the people to choose from. */
  people: number[];
  /** Names that were changed by hand, by the person's number. */
  names: Record<string, string>;
  /** Who speaks now. */
  current: number;
  /** Account id; empty: none chosen yet. */
  account: string;
}

const FIRST = [0, 1, 2];

/** Somebody who is not in the cast yet; chosen by chance, so that the server does not know them either. */
export function newPerson(others: readonly number[]): number {
  const free = Array.from({ length: PEOPLE }, (_, n) => n).filter((n) => n > 5 && !others.includes(n));
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return free[random % free.length] ?? 0;
}

/** The person as the cast calls it. */
export const playedBy = ({ names }: Cast, n: number): Person => ({ ...person(n), ...(names[n] && { name: names[n] }) });

const isPerson = (n: unknown): n is number => Number.isInteger(n) && (n as number) >= 0 && (n as number) < PEOPLE;

/** @param search of a link to this page: `?account=…&person=3` says whom it is about. */
export function loadCast(search: string): Cast {
  const asked = new URLSearchParams(search);
  const stored = (load('simulator') ?? {}) as Partial<Cast>;
  const people = Array.isArray(stored.people) ? stored.people.filter(isPerson) : [];
  if (people.length === 0) people.push(...FIRST);
  const wanted = asked.has('person') ? Number(asked.get('person')) : stored.current;
  if (asked.has('person') && isPerson(wanted) && !people.includes(wanted)) people.push(wanted);
  const names = Object.entries(stored.names ?? {}).filter(([, name]) => typeof name === 'string');
  return {
    people,
    names: Object.fromEntries(names),
    current: people.find((n) => n === wanted) ?? people[0] ?? 0,
    account: asked.get('account') ?? (typeof stored.account === 'string' ? stored.account : ''),
  };
}

export const saveCast = (cast: Cast) => save('simulator', cast);
