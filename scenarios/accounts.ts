import type { Engine } from '../app/engine.ts';
import type { Account } from '../core/accounts.ts';
import { DragomanError } from '../core/errors.ts';

/** The account that a name of the file means. */
export function accountNamed(engine: Engine, name: string): Account {
  const all = engine.registry.accounts();
  const found =
    all.find(({ id }) => id === name) ??
    only(all.filter((account) => account.name === name)) ??
    only(all.filter(({ channel }) => channel.id === name));
  if (found) return found;
  throw new DragomanError(
    'ACCOUNT_MISSING',
    `"${name}" names no account of the flows, or more than one. They have: ${all.map(({ id, name: label }) => `${id} (${label})`).join(', ') || 'none'}.`,
    'Give the id of its node.',
  );
}

const only = <T>(list: T[]): T | undefined => (list.length === 1 ? list[0] : undefined);
