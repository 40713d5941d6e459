/** Who is who, as plans see it. */
import type { Document } from 'mongodb';
import type { Identity } from '../../core/model.ts';
import type { KnownIdentity, PeopleRecords } from '../../core/ports.ts';
import { keyOf, type Name } from './collections.ts';
import type { View } from './view.ts';

type Held = KnownIdentity & { accountId: string; contactId: string };

/** @param follows what is asked for next, where it is known whose conversation it is */
export function peopleRecords(
  view: View,
  seen: <T>(name: Name, id: string) => T | null,
  follows: () => void,
): PeopleRecords {
  const idOf = (accountId: string, { kind, value }: Identity) => keyOf(accountId, kind, value);
  const find = (filter: Document, match: (identity: Held) => boolean) =>
    view.find<Held>({
      name: 'identities',
      filter,
      match: (one) => match(one as unknown as Held),
      sort: { rank: 1, _id: 1 },
    });
  const of = (contactId: string) => find({ contactId }, (one) => one.contactId === contactId);

  return {
    contact: (id) => seen('contacts', id),
    insertContact: (contact) => view.insert('contacts', contact.id, contact),
    updateContact: (id, patch) => view.update('contacts', id, patch),
    holder(accountId, identity) {
      const id = idOf(accountId, identity);
      if (view.guess(id)) follows();
      const held = seen<Held>('identities', id);
      if (!held) return null;
      view.learn(id, held.contactId);
      return { contactId: held.contactId, rank: held.rank };
    },
    identitiesOf: (accountId, contactId) =>
      of(contactId)
        .filter((one) => one.accountId === accountId)
        .map(({ kind, value, rank }) => ({ kind, value, rank })),
    point(accountId, { kind, value, rank }, contactId) {
      const id = idOf(accountId, { kind, value });
      const held = { accountId, kind, value, rank, contactId };
      if (view.get('identities', id) === null) view.insert('identities', id, held);
      else view.update('identities', id, held, { hidden: undefined });
    },
    unpoint: (accountId, identity) => view.remove('identities', idOf(accountId, identity)),
    giveAll(from, to) {
      for (const name of ['identities', 'leads', 'calls'] as const) {
        const match = (one: Document) => one.contactId === from;
        for (const { id } of view.find<{ id: string }>({ name, filter: { contactId: from }, match }))
          view.update(name, id, { contactId: to });
      }
    },
    allIdentities: (contactId) => of(contactId).map(({ accountId, kind, value }) => ({ accountId, kind, value })),
    holders: ({ kind, value }) =>
      find({ kind, value }, (one) => one.kind === kind && one.value === value).map(({ contactId }) => contactId),
    holdersOf: (accountId, values) =>
      find(
        { accountId, value: { $in: values } },
        (one) => one.accountId === accountId && values.includes(one.value),
      ).map(({ contactId }) => contactId),
    byUsername(accountId, username) {
      const usernameKey = username.toLowerCase();
      const match = (one: Document) => one.username?.toLowerCase() === usernameKey;
      const people = view.find<{ id: string }>({ name: 'contacts', filter: { usernameKey }, match });
      return people.map(({ id }) => id).filter((id) => of(id).some((one) => one.accountId === accountId));
    },
    mergedWith: (contactId) => {
      const match = (one: Document) => one.mergedInto === contactId;
      return view
        .find<{ id: string }>({ name: 'contacts', filter: { mergedInto: contactId }, match })
        .map(({ id }) => id);
    },
  };
}
