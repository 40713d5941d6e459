/** A store with so many conversations of two messages each, as the benches of the inbox use it. */
import { newId, newSession } from '../core/ids.ts';
import { freshConversation } from '../core/model/fresh.ts';
import type { Conversation, Message } from '../core/model.ts';
import type { Store } from '../core/ports.ts';

const IN_A_STEP = 500;
const START = Date.UTC(2026, 0, 1);
const LABELS = ['billing', 'vip', 'return', 'delivery', 'complaint'];
const LANGUAGES = ['en', 'es', 'it', 'fa', 'ar', 'ru'];
const WORDS = 'where is my parcel invoice wrong delivery late thanks hello price open today broken refund zebra'.split(
  ' ',
);

function conversationOf(n: number, at: number): Conversation {
  const id = newId(at);
  return {
    ...freshConversation({
      ...{ id, accountId: `acc${n % 4}`, channel: 'telegram', threadKey: `contact:${n}`, kind: 'private' },
      ...{ contactId: `person ${n}`, session: newSession(), address: { chat_id: n }, optedOutAt: 0 },
      ...{ createdAt: at, updatedAt: at },
    }),
    language: LANGUAGES[n % LANGUAGES.length],
    ...(n % 50 === 0 && { labels: [LABELS[(n / 50) % LABELS.length]!] }),
    ...(n % 40 === 0 && { assignee: n % 80 === 0 ? 'anna' : 'bo' }),
    ...(n % 10 === 0 && { unansweredSince: at }),
    ...(n % 200 === 0 && { status: 'support_active' as const, personSince: at }),
    ...(n % 300 === 0 && { draftSince: at }),
    ...(n % 500 === 0 && { failedSince: at }),
  };
}

const text = (n: number) =>
  Array.from({ length: 8 }, (_, at) => WORDS[(n * 7 + at * (1 + (n % 5))) % WORDS.length]).join(' ');
const messageOf = (n: number, conversationId: string, at: number, direction: 'in' | 'out'): Message => ({
  ...{ id: newId(at), seq: 0, conversationId, accountId: `acc${n % 4}`, direction, text: text(n), media: [], at },
  author: direction === 'in' ? 'customer' : 'bot',
  ...{ pending: false, answered: false, turnId: null },
  ...(direction === 'out' && { state: 'delivered' as const }),
});

/** Resolves once all of it can be found by its words. */
export async function fill(store: Store, conversations: number): Promise<void> {
  for (let first = 0; first < conversations; first += IN_A_STEP)
    await Promise.all(
      Array.from({ length: Math.min(IN_A_STEP, conversations - first) }, (_, step) => {
        const n = first + step;
        const at = START + n * 60_000;
        return store.run((records) => {
          records.insertContact({
            id: `person ${n}`,
            name: `Ana ${n}`,
            language: LANGUAGES[n % LANGUAGES.length],
            createdAt: at,
          });
          const { id } = records.insertConversation(conversationOf(n, at));
          records.insertMessage(messageOf(n, id, at, 'in'));
          records.insertMessage(messageOf(n + 1, id, at + 1, 'out'));
        });
      }),
    );
  for (let unread = 1; unread > 0; ) ({ unread } = await store.search({ text: 'zebra', limit: 1 }));
}
