/** What the items of a conversation look like on their platform: what a tap leaves behind differs. */
import type { ChatMessage } from '../../components/bubble.ts';
import type { Item } from './api.ts';

/**
 * Telegram shows no message for a tap (`tapped` makes a line of it, so that the order is seen) and its buttons stay. WhatsApp's reply buttons
 * work once, its lists stay. Instagram's quick replies go as soon as the customer says anything; what they hung on stays.
 */
export function shown(items: readonly Item[], channel: string, tapped: (title: string) => string): ChatMessage[] {
  const messages: ChatMessage[] = items.map((item) => item);
  items.forEach(({ from, choice }, at) => {
    if (from !== 'customer') return;
    if (choice) {
      const under = messages.findLastIndex(
        ({ from: author, buttons }, i) =>
          i < at && author !== 'customer' && buttons?.some(({ id }) => id === choice.id),
      );
      const message = messages[under];
      if (message) messages[under] = { ...message, chosen: choice.id, spent: channel === 'whatsapp' && !message.list };
    }
    if (channel === 'telegram' && choice)
      messages[at] = { ...messages[at]!, from: 'system', text: tapped(choice.title) };
  });
  if (channel !== 'instagram') return messages;
  const last = items.findLastIndex(({ from }) => from === 'customer');
  return messages.map((message, at) => (at < last && message.buttons ? { ...message, buttons: undefined } : message));
}
