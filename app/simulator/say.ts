/** What a person on the simulator page does, as the action of each platform's stand-in. The page's customers are digits; each platform makes its own identity of them. */
import { DragomanError } from '../../core/errors.ts';
import type { Actions, PlatformId } from '../../simulator/index.ts';

export interface PageCustomer {
  id: string;
  name: string;
}

export type PageAction =
  | { kind: 'text' | 'human'; text: string }
  | { kind: 'choice'; id: string; title: string; messageId?: string }
  | { kind: 'photo' | 'voice' | 'location' };

/** Where a journalled call for this customer shows up. */
export const threadOf = (customer: PageCustomer) => customer.id;

const PLACE = { latitude: 40.4168, longitude: -3.7038 };

const MAKERS: { [P in PlatformId]: (customer: PageCustomer, action: PageAction) => Actions[P] } = {
  telegram({ id, name }, action) {
    const customer = { id: Number(id), firstName: name };
    switch (action.kind) {
      case 'text':
        return { kind: 'text', customer, text: action.text };
      case 'human':
        throw new DragomanError(
          'BAD_REQUEST',
          'On Telegram nobody can write as the bot from an app, so no such message exists.',
          'Try it on WhatsApp or Instagram.',
        );
      case 'choice':
        return {
          kind: 'callback',
          customer,
          data: action.id,
          messageId: Number(action.messageId ?? 0),
          text: action.title,
        };
      case 'location':
        return { kind: 'location', customer, ...PLACE };
      default:
        return { kind: action.kind, customer };
    }
  },
  whatsapp({ id, name }, action) {
    const customer = { phone: id, name };
    switch (action.kind) {
      case 'text':
        return { kind: 'text', customer, text: action.text };
      case 'human':
        return { kind: 'echo', customer, text: action.text };
      case 'choice':
        return { kind: 'button', customer, buttonId: action.id, title: action.title };
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
};

export function platformAction<P extends PlatformId>(
  platform: P,
  customer: PageCustomer,
  action: PageAction,
): Actions[P] {
  return MAKERS[platform](customer, action);
}
