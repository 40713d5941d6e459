/** Each contact's tokens of personal data, one row a token. */
import type { DatabaseSync } from 'node:sqlite';
import type { Vault } from '../../core/privacy/masking.ts';
import { createRecent } from '../../core/recent.ts';

/** Contacts whose tokens are kept in memory. */
const RECENT = 2_000;

export function vaultStore(db: DatabaseSync) {
  const recent = createRecent<Vault>(RECENT);
  const select = db.prepare('select token, value, original from vault where contact_id = ?');
  const erase = db.prepare('delete from vault where contact_id = ?');
  const insert = db.prepare('insert or ignore into vault(contact_id, token, value, original) values(?,?,?,?)');

  function read(contactId: string): Vault {
    const known = recent.get(contactId);
    if (known) return known;
    const rows = select.all(contactId) as { token: string; value: string; original: string }[];
    const vault: Vault = {
      tokens: Object.fromEntries(rows.map(({ token, value }) => [value, token])),
      originals: Object.fromEntries(rows.map(({ token, original }) => [token, original])),
    };
    recent.set(contactId, vault);
    return vault;
  }

  return {
    read,
    /** Runs inside a transaction. */
    erase(contactId: string): void {
      erase.run(contactId);
      recent.delete(contactId);
    },
    /** To be called when writes were undone. */
    forget: recent.clear,
    /** Runs inside a transaction. */
    add(contactId: string, { tokens, originals }: Vault): Vault {
      for (const [value, token] of Object.entries(tokens)) insert.run(contactId, token, value, originals[token] ?? '');
      recent.delete(contactId);
      return read(contactId);
    },
  };
}
