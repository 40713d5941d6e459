/** Each contact's tokens of personal data, one row a token. */
import type { DatabaseSync } from 'node:sqlite';
import type { Vault } from '../../core/privacy/masking.ts';

export function vaultStore(db: DatabaseSync) {
  const select = db.prepare('select token, value, original from vault where contact_id = ?');
  const insert = db.prepare('insert or ignore into vault(contact_id, token, value, original) values(?,?,?,?)');

  function read(contactId: string): Vault {
    const rows = select.all(contactId) as { token: string; value: string; original: string }[];
    return {
      tokens: Object.fromEntries(rows.map(({ token, value }) => [value, token])),
      originals: Object.fromEntries(rows.map(({ token, original }) => [token, original])),
    };
  }

  return {
    read,
    /** Runs inside a transaction. */
    add(contactId: string, { tokens, originals }: Vault): Vault {
      for (const [value, token] of Object.entries(tokens)) insert.run(contactId, token, value, originals[token] ?? '');
      return read(contactId);
    },
  };
}
