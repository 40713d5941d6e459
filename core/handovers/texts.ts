/** What a customer who asks for a person is told, and the buttons with which he asks and takes the assistant again. */
import { plain } from '../inbox/consent.ts';
import type { Message } from '../model.ts';
import { goodbyeIn } from '../policy/handover.ts';
import type { Outgoing } from '../ports.ts';
import texts from './texts.json' with { type: 'json' };

type Texts = (typeof texts)['en'];
const TEXTS: Record<string, Texts> = texts;

const DAY_MS = 86_400_000;

/** Ids of buttons; a flow's own button with one of them means the same, whatever is written on it. */
export const PERSON_BUTTON = 'ask_human';
export const ASSISTANT_BUTTON = 'ask_assistant';

const textsIn = (language: string): Texts => TEXTS[language] ?? TEXTS.en!;

/** With which a customer asks for a person. @param language ISO 639-1; English where we have no words in it, as all here */
export const personButton = (language: string) => ({ id: PERSON_BUTTON, title: textsIn(language).person });
const assistantButton = (language: string) => ({ id: ASSISTANT_BUTTON, title: textsIn(language).assistant });

/** Whether the button was tapped with which one asks for a person. */
export const tapsForPerson = (messages: readonly Pick<Message, 'choice'>[]): boolean =>
  messages.some(({ choice }) => choice?.id === PERSON_BUTTON);

const spelt = (text: string) => plain(text, 'drop');
const FOR_ASSISTANT = new Set(Object.values(TEXTS).flatMap(({ assistant, also }) => [assistant, ...also].map(spelt)));

/** Whether a message of somebody who waits says that the assistant will do: the tapped button, or its words on a platform without buttons. */
export const wantsAssistant = ({ choice, text }: Pick<Message, 'choice' | 'text'>): boolean =>
  choice?.id === ASSISTANT_BUTTON || FOR_ASSISTANT.has(spelt(text));

const TITLES = new Set(Object.values(TEXTS).map(({ assistant }) => spelt(assistant)));

/** Whether what was just said is that button, or its very title. */
export const tookAssistant = (messages: readonly Pick<Message, 'choice' | 'text'>[]): boolean =>
  messages.length === 1 &&
  messages.every(({ choice, text }) => choice?.id === ASSISTANT_BUTTON || TITLES.has(spelt(text)));

/** When people are there, as far as the customer is told. */
export interface Presence {
  now: number;
  /** Null: they are there. */
  opensAt: number | null;
  /** IANA name, of the account. */
  zone: string;
}

/**
 * Said to who asks for a person: that one comes, or when people are there again, with the assistant until then.
 * @param own the integrator's words instead of ours, for each of the two; empty: ours
 */
export function farewell(
  language: string,
  { opensAt, ...presence }: Presence,
  own: { open: string; closed: string } = { open: '', closed: '' },
): Outgoing {
  const { accepted, offer } = textsIn(language);
  if (opensAt === null) return { text: own.open || goodbyeIn(language) };
  const closed = own.closed
    ? own.closed.replaceAll('{when}', whenIn(language, opensAt, presence))
    : `${accepted} ${closedIn(language, opensAt, presence)} ${offer}`;
  return { text: closed, buttons: [assistantButton(language)] };
}

/** Said to who has waited for too long. */
export function lateWords(language: string, { opensAt, ...presence }: Presence): Outgoing {
  const { late, offer } = textsIn(language);
  const closed = opensAt === null ? [] : [closedIn(language, opensAt, presence)];
  return { text: [late, ...closed, offer].join(' '), buttons: [assistantButton(language)] };
}

/** Said to who takes the assistant again. */
export const backWords = (language: string): string => textsIn(language).back;

const closedIn = (language: string, opensAt: number, presence: Omit<Presence, 'opensAt'>) =>
  textsIn(language).closed.replace('{when}', whenIn(language, opensAt, presence));

/** `Monday, 09:00`; with the date where that Monday is not the next one. */
function whenIn(language: string, at: number, { now, zone }: Omit<Presence, 'opensAt'>): string {
  const date = at - now > 6 * DAY_MS ? ({ day: 'numeric', month: 'long' } as const) : {};
  return new Intl.DateTimeFormat(TEXTS[language] ? language : 'en', {
    ...{ weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone },
    ...date,
  }).format(at);
}
