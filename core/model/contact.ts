/** Who writes. */
import type { Consent } from './order.ts';

/** One way to know a person on one account, e.g. `{ kind: 'bsuid', value: 'US.123' }`. The first of a list is the strongest. */
export interface Identity {
  kind: string;
  value: string;
}

export interface Contact {
  id: string;
  identities: (Identity & { accountId: string })[];
  name?: string;
  username?: string;
  /** ISO 639-1; kept until a longer message tells another. */
  language?: string;
  /** What the person said of themselves, noted by a tool or a colleague. */
  profile?: ContactProfile;
  consents?: ConsentWords;
  createdAt: number;
}

/** What a person said, in words of his own, of being written to unasked: the last of either. */
export interface ConsentWords {
  in?: Consent;
  out?: Consent;
}

export interface ContactProfile {
  firstName?: string;
  lastName?: string;
  email?: string;
  organization?: string;
}

/** Somebody who may become a customer, as a conversation told it. Private: no page and no interface without a login shows it. */
export interface Lead extends ContactProfile {
  id: string;
  contactId: string | null;
  conversationId: string;
  accountId: string;
  /** The contact's own, from the store; never one that was said or made up. */
  phone?: string;
  notes?: string;
  at: number;
}
