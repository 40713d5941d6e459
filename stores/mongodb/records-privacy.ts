/** Who is forgotten, what is remembered of him by a hash, and what two contacts have who turn out to be one, as plans see it. */
import type { Document } from 'mongodb';
import { identityKey } from '../../core/people/places.ts';
import type { PrivacyRecords } from '../../core/ports.ts';
import type { Vault } from '../../core/privacy/masking.ts';
import { keyOf } from './collections.ts';
import type { Remembered } from './remembered.ts';
import { type Token, tokensOf, vaultOf } from './vault.ts';
import type { View } from './view.ts';

export function privacyRecords(view: View, remembered: Remembered): PrivacyRecords {
  const at = (hash: string) => view.rare<{ at: number }>('remembered', hash)?.at ?? 0;
  const vault = (contactId: string): Vault => {
    const match = (one: Document) => one.contactId === contactId;
    return vaultOf(view.find<Token>({ name: 'vault', filter: { contactId }, match }));
  };

  return {
    hide({ contacts, conversations }, now) {
      for (const contactId of contacts) {
        const match = (one: Document) => one.contactId === contactId;
        for (const name of ['identities', 'calls'] as const)
          for (const { id } of view.find<{ id: string }>({ name, filter: { contactId }, match }))
            view.update(name, id, {}, { hidden: true });
        forget('contact', contactId, now);
      }
      for (const id of conversations) {
        const match = (one: Document) => one.conversationId === id;
        for (const wish of view.find<{ id: string }>({ name: 'handovers', filter: { conversationId: id }, match }))
          view.update('handovers', wish.id, {}, { hidden: true });
        forget('conversation', id, now);
      }
    },
    rememberOptOut(accountId, identity, when) {
      const hash = remembered.hash('opt-out', accountId, identityKey(identity));
      const known = view.get<{ at: number }>('remembered', hash);
      if (!known) view.insert('remembered', hash, { kind: 'opt-out', at: when });
      else if (known.at < when) view.update('remembered', hash, { at: when });
    },
    takeOptOut(accountId, identity) {
      const hash = remembered.hash('opt-out', accountId, identityKey(identity));
      const since = at(hash);
      if (since > 0) view.remove('remembered', hash);
      return since;
    },
    isErased: (accountId, key) => at(remembered.hash('message', accountId, key)) > 0,
    vault,
    addToVault(contactId, added) {
      const known = vault(contactId);
      for (const token of tokensOf(contactId, added))
        if (known.originals[token.token] === undefined && known.tokens[token.value] === undefined)
          view.insert('vault', keyOf(contactId, token.token), token);
    },
    addCaps(accountId, from, to) {
      const [start, end] = [`${accountId}:${from}:`, `${accountId}:${from};`];
      const match = ({ id }: Document) => id >= start && id < end;
      const caps = view.find<Cap>({ name: 'caps', filter: { _id: { $gte: start, $lt: end } }, match });
      for (const { id, used, at: when } of caps) {
        const other = id.replaceAll(from, to);
        const known = view.get<Cap>('caps', other);
        if (known) view.update('caps', other, { used: known.used + used, at: Math.max(known.at, when) });
        else view.insert('caps', other, { used, at: when });
      }
    },
    addUsageOf(from, to) {
      const match = ({ id }: Document) => id.includes(from);
      const filter = { _id: { $regex: from.replace(/[^\w]/g, '\\$&') } };
      for (const { id, tokens, cost, at: when } of view.find<Usage>({ name: 'usage', filter, match })) {
        const other = id.replaceAll(from, to);
        const known = view.get<Usage>('usage', other);
        if (!known) view.insert('usage', other, { tokens, cost, at: when });
        else
          view.update('usage', other, {
            ...{ tokens: known.tokens + tokens, cost: known.cost + cost, at: Math.max(known.at, when) },
          });
      }
    },
  };

  /** The record says so, so that whoever is about to change it sees it; the note outlives it. */
  function forget(kind: 'contact' | 'conversation', id: string, now: number): void {
    view.update(kind === 'contact' ? 'contacts' : 'conversations', id, {}, { hidden: true });
    if (view.get('forgetting', id) === null) view.insert('forgetting', id, { kind, at: now });
  }
}

type Cap = { id: string; used: number; at: number };
type Usage = { id: string; tokens: number; cost: number; at: number };
