/**
 * What this process remembers of conversations: as they were when it last changed them, with their newest messages. Another process may have changed
 * them since, so nothing is decided by it alone: a step asks for the version that it was made from.
 */
import { createRecent } from '../../core/recent.ts';
import type { Kept, Name } from './collections.ts';

/** People who are likely to write again. */
const PEOPLE = 5_000;
/** Messages and turns whose conversation is known. */
const MEMBERS = 20_000;
/** Of one conversation: what a turn that runs asks for. */
const NEWEST = 24;

interface Whole {
  document: Kept;
  members: Map<string, Kept>;
}

export type Memory = ReturnType<typeof createMemory>;

const key = (name: Name, id: string) => `${name}\n${id}`;

export function createMemory() {
  const wholes = createRecent<Whole>(PEOPLE);
  const owners = createRecent<string>(MEMBERS);
  const contacts = createRecent<{ contactId: string; conversationId?: string }>(PEOPLE);

  return {
    conversation: (id: string): Kept | undefined => wholes.get(id)?.document,
    ownerOf: (id: string): string | undefined => owners.get(id),
    belongs(id: string, document: Kept | null): void {
      if (typeof document?.conversationId === 'string') owners.set(id, document.conversationId);
    },
    /** As it is in this version of its conversation; undefined where that is not known. */
    member(name: Name, id: string, owner: Kept | null | undefined): Kept | undefined {
      const whole = owner ? wholes.get(owner._id) : undefined;
      return whole && whole.document.v === owner!.v ? whole.members.get(key(name, id)) : undefined;
    },
    /** @param members as they are in this version; `null`: it is gone */
    keep(document: Kept, members: [Name, string, Kept | null][], from: number): void {
      const before = wholes.get(document._id);
      const all = before?.document.v === from ? before.members : new Map<string, Kept>();
      for (const [name, id, member] of members) {
        all.delete(key(name, id));
        if (member) all.set(key(name, id), member);
        owners.set(id, document._id);
      }
      for (const old of all.keys()) {
        if (all.size <= NEWEST) break;
        all.delete(old);
      }
      wholes.set(document._id, { document, members: all });
    },
    forget: (id: string): void => wholes.delete(id),
    /** Whose conversation it probably is: what is asked for together is loaded together. */
    contacts,
  };
}
