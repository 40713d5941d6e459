import { expect, it } from 'vitest';
import type { Account } from '../accounts.ts';
import { freshConversation } from '../model/fresh.ts';
import type { Conversation, MediaKind } from '../model.ts';
import { loopReason } from '../policy/loop.ts';
import type { ParsedMessage } from '../ports.ts';
import { foldMessage, toIncoming } from './accept.ts';

const T0 = Date.UTC(2026, 10, 20, 10);
const account = { id: 'acc', channel: { id: 'telegram' }, burst: true } as Account;

const fresh = () =>
  freshConversation({
    id: 'c',
    accountId: 'acc',
    channel: 'telegram',
    threadKey: 'contact:p',
    kind: 'private',
    contactId: 'p',
    session: 's',
    address: {},
    optedOutAt: 0,
    createdAt: T0,
    updatedAt: T0,
  });

/** The conversation after a message, and what of it counts for the rate. */
function after(conversation: Conversation, at: number, text: string, media?: MediaKind): Conversation {
  const event: ParsedMessage = {
    kind: 'message',
    type: 'message',
    text,
    media: media ? [{ kind: media }] : [],
    thread: { kind: 'private', identities: [], address: {} },
  };
  return { ...conversation, ...foldMessage(conversation, toIncoming(event, account, at), event) };
}

it.each<[string, [number, string, MediaKind?][], number]>([
  ['an album of six', Array.from({ length: 6 }, (): [number, string, MediaKind] => [0, '', 'image']), 1],
  [
    'an album with a caption',
    [
      [0, 'Mi router', 'image'],
      [0, '', 'image'],
      [40, '', 'video'],
    ],
    1,
  ],
  [
    'a text with pictures',
    [
      [0, 'Mira'],
      [900, '', 'image'],
      [1_700, '', 'image'],
    ],
    1,
  ],
  [
    'voice notes one after the other',
    [
      [0, '', 'voice'],
      [2_000, '', 'voice'],
      [3_900, '', 'voice'],
    ],
    1,
  ],
  [
    'a picture, a text, a picture',
    [
      [0, '', 'image'],
      [100, 'a'],
      [200, '', 'image'],
    ],
    1,
  ],
  [
    'texts',
    [
      [0, 'hola'],
      [100, 'buenas'],
      [200, 'tengo un problema'],
    ],
    1,
  ],
])('%s', (_name, messages, count) => {
  let conversation = fresh();
  for (const [at, text, media] of messages) conversation = after(conversation, T0 + at, text, media);
  expect(conversation.arrivals).toHaveLength(count);
});

it('texts count one by one where each is answered by itself', () => {
  const single = { ...account, burst: false } as Account;
  let conversation = fresh();
  for (const text of ['hola', 'buenas', 'tengo un problema']) {
    const event: ParsedMessage = {
      ...{ kind: 'message', type: 'message', text, media: [] },
      thread: { kind: 'private', identities: [], address: {} },
    };
    conversation = { ...conversation, ...foldMessage(conversation, toIncoming(event, single, T0), event) };
  }
  expect(conversation.arrivals).toHaveLength(3);
});

it('pictures after an answer, or much later, count again', () => {
  const first = after(fresh(), T0, '', 'image');
  expect(after({ ...first, burstSince: null, wakeAt: null }, T0 + 2_000, '', 'image').arrivals).toHaveLength(2);
  expect(after(first, T0 + 20_000, '', 'image').arrivals).toHaveLength(2);
});

it('buttons that are tapped again and again are no loop', () => {
  let conversation = fresh();
  for (let index = 0; index < 12; index++) {
    const title = ['Volver al menú principal', 'Ver los planes de fibra'][index % 2]!;
    const event: ParsedMessage = {
      kind: 'message',
      type: 'message',
      text: title,
      media: [],
      choice: { id: title, title },
      thread: { kind: 'private', identities: [], address: {} },
    };
    const now = T0 + index * 5_000;
    const patch = foldMessage(conversation, toIncoming(event, account, now), event);
    conversation = { ...conversation, ...patch, lastTurn: `turn ${index}`, burstSince: null };
  }
  expect(loopReason(conversation.exchange)).toBeNull();
});
