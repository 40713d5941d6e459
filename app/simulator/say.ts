/** What a person on the simulator page does, as the action of each platform's stand-in. */
import { randomUUID } from 'node:crypto';
import type { Actions, PlatformId } from '../../simulator/index.ts';

/** Who writes: the page makes one person's plausible identity on each platform. */
export interface PageCustomer {
  /** On the account's platform: chat id, phone number in digits, or IGSID. */
  id: string;
  name: string;
  username?: string;
  /** Language of the person's app, ISO 639-1. */
  language?: string;
  /** Telegram: the topic of the chat that is written in. */
  topic?: number;
}

export type PageAction =
  | { kind: 'text' | 'human'; text: string }
  /** `list`: a row of a list, which WhatsApp tells from a button. */
  | { kind: 'choice'; id: string; title: string; messageId?: string; style?: 'list' }
  | { kind: 'photo' | 'voice' | 'location' };

export const PAGE_ACTIONS: readonly PageAction['kind'][] = ['text', 'human', 'choice', 'photo', 'voice', 'location'];

/** A conversation's name among those of its account: a person's, and one for each topic. */
export const threadOf = ({ id, topic }: Pick<PageCustomer, 'id' | 'topic'>) =>
  topic === undefined ? id : `${id}:topic:${topic}`;

/** Where what a colleague writes in the platform's own app comes back as an echo; elsewhere nobody can write as the bot but the bot. */
export const hasEchoes = (platform: PlatformId) => platform !== 'telegram';

const PLACE = { latitude: 40.4168, longitude: -3.7038 };

const MAKERS: { [P in PlatformId]: (customer: PageCustomer, action: PageAction) => Actions[P] } = {
  telegram({ id, name, username, language, topic }, action) {
    const [firstName, ...rest] = name.split(' ');
    const lastName = rest.join(' ') || undefined;
    const base = { customer: { id: Number(id), firstName, lastName, username, language }, topic };
    switch (action.kind) {
      case 'text':
      case 'human':
        return { ...base, kind: 'text', text: action.text };
      case 'choice': {
        // Here a message is called `chat:message`, as in our store.
        const messageId = Number(action.messageId?.split(':').at(-1) ?? 0);
        return {
          ...base,
          kind: 'callback',
          data: action.id,
          messageId,
          title: action.title,
          callbackId: randomUUID(),
        };
      }
      case 'location':
        return { ...base, kind: 'location', ...PLACE };
      default:
        return { ...base, kind: action.kind };
    }
  },
  whatsapp({ id, name }, action) {
    const customer = { phone: id, name };
    switch (action.kind) {
      case 'text':
        return { kind: 'text', customer, text: action.text };
      case 'human':
        return { kind: 'echo', customer, text: action.text };
      case 'choice': {
        const { id: chosen, title, messageId: replyTo } = action;
        return action.style === 'list'
          ? { kind: 'list', customer, rowId: chosen, title, replyTo }
          : { kind: 'button', customer, buttonId: chosen, title, replyTo };
      }
      case 'location':
        return { kind: 'location', customer, ...PLACE };
      default:
        return { kind: action.kind, customer };
    }
  },
  instagram({ id }, action) {
    const customer = { id };
    switch (action.kind) {
      case 'text':
        return { kind: 'text', customer, text: action.text };
      case 'human':
        return { kind: 'echo', customer, text: action.text };
      case 'choice':
        return { kind: 'quick-reply', customer, title: action.title, payload: action.id };
      case 'location':
        return { kind: 'photo', customer };
      default:
        return { kind: action.kind, customer };
    }
  },
  waha({ id, name }, action) {
    const customer = { phone: id, name };
    switch (action.kind) {
      case 'text':
        return { kind: 'text', customer, text: action.text };
      case 'human':
        return { kind: 'echo', customer, text: action.text };
      case 'choice':
        // Its buttons are lines of the text, which the customer writes himself.
        return { kind: 'text', customer, text: action.title };
      case 'location':
        return { kind: 'location', customer, ...PLACE };
      default:
        return { kind: action.kind, customer };
    }
  },
};

export function platformAction<P extends PlatformId>(
  platform: P,
  customer: PageCustomer,
  action: PageAction,
): Actions[P] {
  return MAKERS[platform](customer, action);
}
