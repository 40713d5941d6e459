/** The customers this browser plays, and the last choice; kept over a reload. */
import { load, save } from '../../storage.ts';
import type { Customer } from './api.ts';

export interface Cast {
  customers: Customer[];
  /** Id of the one who speaks now. */
  current: string;
  /** Account id; empty: none chosen yet. */
  account: string;
}

const NAMES = ['Lucía', 'Marco', 'سارا', 'Иван', 'عمر', 'Alice'];

/** Nine digits: a plausible Telegram id, and the end of a phone number. */
function newId(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return String(100_000_000 + (random % 900_000_000));
}

/** @param fallback makes a name when the prepared ones are in use; gets the count of customers with the new one. */
export function newCustomer(others: readonly Customer[], fallback: (n: number) => string): Customer {
  const name = NAMES.find((candidate) => !others.some((other) => other.name === candidate));
  return { id: newId(), name: name ?? fallback(others.length + 1) };
}

function isCustomer(value: unknown): value is Customer {
  const customer = value as Partial<Customer> | null;
  return typeof customer?.id === 'string' && /^\d{9}$/.test(customer.id) && typeof customer.name === 'string';
}

export function loadCast(): Cast {
  const stored = load('simulator') as Partial<Cast> | null | undefined;
  const customers = Array.isArray(stored?.customers) ? stored.customers.filter(isCustomer) : [];
  if (customers.length === 0) customers.push(newCustomer([], String));
  const current = customers.find(({ id }) => id === stored?.current) ?? customers[0];
  return { customers, current: current?.id ?? '', account: typeof stored?.account === 'string' ? stored.account : '' };
}

export const saveCast = (cast: Cast) => save('simulator', cast);
