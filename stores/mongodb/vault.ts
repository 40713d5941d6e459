/** Each contact's tokens of personal data, a document each. */
import type { VaultStore } from '../../core/ports.ts';
import type { Vault } from '../../core/privacy/masking.ts';
import { type Kept, keyOf } from './collections.ts';
import { type Connection, guarded, isDuplicate } from './connection.ts';
import { fieldsOf, recordOf } from './documents.ts';

export interface Token {
  contactId: string;
  token: string;
  value: string;
  original: string;
}

export const vaultOf = (tokens: Token[]): Vault => ({
  tokens: Object.fromEntries(tokens.map(({ token, value }) => [value, token])),
  originals: Object.fromEntries(tokens.map(({ token, original }) => [token, original])),
});

export const tokensOf = (contactId: string, { tokens, originals }: Vault): Token[] =>
  Object.entries(tokens).map(([value, token]) => ({ contactId, token, value, original: originals[token] ?? '' }));

export function vaultStore({ c }: Pick<Connection, 'c'>): VaultStore {
  const read = async (contactId: string): Promise<Vault> => {
    const found = await c('vault').find({ contactId }).toArray();
    return vaultOf(found.map((document) => recordOf<Token>('vault', document)));
  };
  const isForgotten = async (contactId: string) => (await c('forgetting').findOne({ _id: contactId })) !== null;

  return {
    vault: (contactId) => guarded(() => read(contactId)),
    addToVault: (contactId, added) =>
      guarded(async () => {
        const documents = tokensOf(contactId, added).map(
          (token): Kept => ({ ...fieldsOf('vault', token), _id: keyOf(contactId, token.token), v: 1 }),
        );
        if (documents.length > 0 && !(await isForgotten(contactId))) {
          await insertNew(documents);
          // Somebody began to forget him meanwhile, and may have been here already.
          if (await isForgotten(contactId))
            await c('vault').deleteMany({ _id: { $in: documents.map(({ _id }) => _id) } });
        }
        return read(contactId);
      }),
  };

  /** A token, or a value, that is there already stays as it is. */
  async function insertNew(documents: Kept[]): Promise<void> {
    try {
      await c('vault').insertMany(documents, { ordered: false });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }
}
