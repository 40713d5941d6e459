/** The language of a turn: of our own words, and the one that the model is told to answer in. */
import type { Store } from '../core/ports.ts';
import { type Detectors, judgeLanguage, mayBeOther, nextLanguage } from '../core/text/language.ts';
import type { LiveTurn } from './turn.ts';

interface Parts {
  store: Pick<Store, 'setLanguage'>;
  detectors(): Promise<Detectors>;
}

export interface LanguageChoice {
  /** ISO 639-1, at least one. */
  languages: string[];
  /** Until a contact's language is known; absent: the account's. */
  fallback?: string;
  /** The model answers in one of these languages, whatever the customer writes. */
  pinned: boolean;
}

/** Chooses by what the turn's messages say and what is known of the contact, and remembers for the contact what is new. */
export async function chooseLanguage(
  { store, detectors }: Parts,
  live: LiveTurn,
  { languages, fallback, pinned }: LanguageChoice,
): Promise<void> {
  const { contact, view } = live;
  // A tapped button has the bot's own words.
  const said = view.messages.filter((message) => !message.choice).map((message) => message.text);
  const text = said.join('\n');
  const { among, open } = await detectors();
  const stored = contact?.language !== undefined && languages.includes(contact.language);
  const language = nextLanguage(contact?.language, text, languages, among);
  if (contact && language !== undefined && language !== contact.language && !live.rehearsal) {
    await store.setLanguage(contact.id, language);
    contact.language = language;
  }
  view.language = language ?? fallback ?? live.account.language;
  // One uncertain word of somebody new ("Hallo") makes a language for our own words, but orders the model none.
  const known = stored || (judgeLanguage(text, languages, among)?.certain ?? false);
  live.answerIn = pinned || !mayBeOther(text, view.language, known, open) ? view.language : undefined;
}
