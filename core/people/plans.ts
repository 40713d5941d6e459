/** Who one person is over all accounts, and the two steps between which he is erased. Plans for the store. */
import type { Identity } from '../model.ts';
import type { Plan, Records } from '../ports.ts';
import type { Who } from './places.ts';

/** Kinds of identities that a shop gives: on the account of another one they are somebody else's. */
const SHOPS_OWN = ['visitor', 'caller'];

/**
 * All contacts that are the same person as this one: merged with it, or known by the same identity on another account.
 * @returns empty where there is no such contact, or nothing is left of it.
 */
export const samePerson =
  (contactId: string): Plan<string[]> =>
  (records) => {
    const found = new Set<string>();
    const waiting = [contactId];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (found.has(id)) continue;
      const contact = records.contact(id);
      if (!contact) continue;
      found.add(id);
      if (contact.mergedInto) waiting.push(contact.mergedInto);
      waiting.push(...records.mergedWith(id));
      for (const identity of records.allIdentities(id))
        if (!SHOPS_OWN.includes(identity.kind)) waiting.push(...records.holders(identity));
    }
    return [...found];
  };

/** Contacts that an account knows by this address: an identity's value (a phone in any spelling), or a username with or without its `@`. */
export const contactsAt =
  (accountId: string, address: string): Plan<string[]> =>
  (records) => {
    const digits = address.replace(/\D/g, '');
    const values = /^[+\d\s().-]+$/.test(address) && digits ? [address, digits, `+${digits}`] : [address];
    return [
      ...new Set([
        ...records.holdersOf(accountId, values),
        ...records.byUsername(accountId, address.replace(/^@/, '')),
      ]),
    ];
  };

/** What leads to these contacts. */
export function whoAre(records: Records, contacts: string[]): Who {
  return {
    contacts,
    identities: contacts.flatMap((id) => records.allIdentities(id)),
    usernames: contacts.flatMap((id) => records.contact(id)?.username ?? []),
    conversations: contacts.flatMap((id) => records.conversationsOf(id).map((conversation) => conversation.id)),
  };
}

/** @param optedOut one of them had said STOP. */
export type Begun = Who & { optedOut: boolean };

/**
 * From now on no plan sees these people any more, so nothing is begun, said or sent; who said STOP stays known by his addresses as one who did.
 * @returns what leads to them, for those who erase it.
 */
export const beginForgetting =
  (contacts: string[], now: number): Plan<Begun> =>
  (records) => {
    const who: Begun = { ...whoAre(records, contacts), optedOut: false };
    for (const id of contacts) {
      const optedOutAt = Math.max(0, ...records.conversationsOf(id).map((conversation) => conversation.optedOutAt));
      if (optedOutAt === 0) continue;
      who.optedOut = true;
      for (const { accountId, ...identity } of records.allIdentities(id))
        records.rememberOptOut(accountId, identity, optedOutAt);
    }
    records.hide(who, now);
    return who;
  };

/** When somebody known by one of these identities opted out before he was forgotten; kept no longer, for his conversation has it now. */
export function optOutBefore(records: Records, accountId: string, identities: Identity[]): number {
  return Math.max(0, ...identities.map((identity) => records.takeOptOut(accountId, identity)));
}
