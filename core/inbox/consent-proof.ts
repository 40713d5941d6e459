/** What a customer said of being written to is kept with him, as a proof: when, where, in which words. Parts of plans. */
import type { Consent, Conversation } from '../model.ts';
import type { Incoming, Records } from '../ports.ts';
import { cutText } from '../text/lengths.ts';
import { subscribes } from './consent.ts';

/** Words of consent are few. */
const LONGEST_WORDS = 160;

/** When and where. */
export const saidIn = ({ at, channel, accountId }: Pick<Incoming, 'at' | 'channel' | 'accountId'>) => ({
  at,
  where: `${channel}, account ${accountId}`,
});

/**
 * @param conversation as it was before: of an opt-out that is said again the first is kept. In a group nobody speaks for himself alone.
 */
export function keepConsent(
  records: Records,
  { contactId, optedOutAt }: Pick<Conversation, 'contactId' | 'optedOutAt'>,
  word: 'in' | 'out',
  said: Consent,
): void {
  if (!contactId) return;
  const consents = records.contact(contactId)?.consents;
  if (word === 'out' && optedOutAt && consents?.out) return;
  records.updateContact(contactId, { consents: { ...consents, [word]: said } });
}

/** Of whoever had not opted out, "start" begins a talk and agrees to nothing: it takes a word that asks to be written to. */
export function keepWords(
  records: Records,
  conversation: Pick<Conversation, 'contactId' | 'optedOutAt'>,
  incoming: Pick<Incoming, 'at' | 'channel' | 'accountId' | 'messageId'> & { consentWord: 'in' | 'out' },
  text: string,
): void {
  const { consentWord, messageId } = incoming;
  if (consentWord === 'in' && !conversation.optedOutAt && !subscribes(text)) return;
  keepConsent(records, conversation, consentWord, {
    ...saidIn(incoming),
    words: cutText(text, LONGEST_WORDS),
    messageId,
  });
}
