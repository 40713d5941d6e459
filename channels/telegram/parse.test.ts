import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import type { ParsedMessage } from '../../core/ports.ts';
import { events, message, only } from '../testing.ts';
import { telegram } from './telegram.ts';

const identities = [{ kind: 'telegram', value: '7100200' }];

describe('messages', () => {
  it('text: keyed by the update, named by chat and message', () => {
    expect(message(telegram, 'text')).toMatchObject({
      type: 'message.text',
      key: 'update:500001',
      platformId: '7100200:11',
      platformAt: 1_795_100_000_000,
      text: '¿Por qué mi internet está lento?',
      thread: {
        kind: 'private',
        identities,
        name: 'Lucía Prueba',
        username: 'lucia_prueba',
        locale: 'es',
        address: { chat_id: '7100200' },
      },
    });
  });

  it('hand-made: an ordinary message without key', () => {
    const event = message(telegram, 'hand-made');
    expect(event).toMatchObject({ text: 'Hola', thread: { kind: 'private', address: { chat_id: '123456789' } } });
    expect([event.key, event.platformId, event.platformAt]).toEqual([undefined, undefined, undefined]);
  });

  it('/start keeps its payload', () => {
    expect(message(telegram, 'start').text).toBe('/start promo_2026');
  });

  it('a photo is its largest size', () => {
    expect(message(telegram, 'photo')).toMatchObject({
      type: 'message.image',
      text: 'La luz roja del router',
      media: [{ kind: 'image', ref: 'large', caption: 'La luz roja del router' }],
    });
  });

  it('an album is two messages of one thread', () => {
    const [first, second] = [message(telegram, 'album-first'), message(telegram, 'album-second')];
    expect([first.media[0]!.ref, second.media[0]!.ref]).toEqual(['album-1', 'album-2']);
    expect([first.text, second.text]).toEqual(['Dos fotos', '']);
    expect(first.thread).toEqual(second.thread);
    expect(first.key).not.toBe(second.key);
  });

  it('a topic is a thread of its own, and its address', () => {
    const inTopic = (more: object) => {
      const chat = { id: 42, type: 'private', first_name: 'Ana' };
      const [event] = telegram.parse({
        update_id: 1,
        message: { message_id: 5, chat, from: { id: 42, first_name: 'Ana' }, text: 'Hola', ...more },
      });
      return (event as ParsedMessage).thread;
    };
    expect(inTopic({ message_thread_id: 77, is_topic_message: true })).toMatchObject({
      key: 'topic:77',
      identities: [{ kind: 'telegram', value: '42' }],
      address: { chat_id: '42', message_thread_id: 77 },
    });
    expect(inTopic({ message_thread_id: 88, is_topic_message: true }).key).toBe('topic:88');
    expect(inTopic({ message_thread_id: 77, is_topic_message: true, business_connection_id: 'b1' })).toMatchObject({
      key: 'business:b1:topic:77',
      address: { chat_id: '42', message_thread_id: 77, business_connection_id: 'b1' },
    });
    const supergroup = { chat: { id: -100, type: 'supergroup', title: 'Vecinos' } };
    expect(inTopic({ ...supergroup, message_thread_id: 3, is_topic_message: true })).toMatchObject({
      key: '-100:topic:3',
      address: { chat_id: '-100', message_thread_id: 3 },
    });
    // A chain of replies in a group without topics.
    expect(inTopic({ ...supergroup, message_thread_id: 3 })).toMatchObject({
      key: '-100',
      address: { chat_id: '-100' },
    });
    expect(inTopic({})).toMatchObject({ key: undefined, address: { chat_id: '42' } });
  });

  it('a button that is tapped in a topic belongs to it', () => {
    const from = { id: 42, first_name: 'Ana' };
    const [event] = telegram.parse({
      update_id: 1,
      callback_query: {
        id: 'q1',
        from,
        data: 'yes',
        message: { message_id: 5, chat: { id: 42, type: 'private' }, message_thread_id: 77, is_topic_message: true },
      },
    });
    expect(event).toMatchObject({ thread: { key: 'topic:77', address: { message_thread_id: 77 } } });
  });

  it.each([
    ['voice', '', { kind: 'voice', ref: 'voice-1' }],
    ['animation', '', { kind: 'video', ref: 'gif-1' }],
    ['venue', 'Oficina, Calle 1', { kind: 'location', data: { latitude: 40.4168, venue: { title: 'Oficina' } } }],
    ['contact', 'Ana, +34600000050', { kind: 'contact', data: { first_name: 'Ana' } }],
  ])('%s', (name, text, medium) => {
    expect(message(telegram, name)).toMatchObject({
      text,
      media: [medium],
    });
  });

  it.each([
    ['a poll', { poll: { question: '¿Cuál?', options: [{ text: '300' }, { text: '600' }] } }, '¿Cuál?\n• 300\n• 600'],
    ['a checklist', { checklist: { title: 'Mudanza', tasks: [{ id: 1, text: 'Router' }] } }, 'Mudanza\n• Router'],
    ['a die', { dice: { emoji: '🎲', value: 4 } }, '🎲 4'],
    ['a paid invoice', { successful_payment: { currency: 'EUR', total_amount: 3900 } }, '39.00 EUR'],
    ['stars', { successful_payment: { currency: 'XTR', total_amount: 50 } }, '50 XTR'],
    ['a web app', { web_app_data: { data: '{"Plan":"Turbo","flow_token":"x"}', button_text: 'Pedir' } }, 'Plan: Turbo'],
    ['its plain data', { web_app_data: { data: 'turbo', button_text: 'Pedir' } }, 'turbo\nPedir'],
    [
      'a shared user',
      { users_shared: { request_id: 1, users: [{ user_id: 9, first_name: 'Ana', last_name: 'Sol' }] } },
      'Ana Sol',
    ],
    ['a caption', { document: { file_id: 'd' }, caption: 'La factura' }, 'La factura'],
  ])('%s has words', (_name, content, text) => {
    const chat = { id: 42, type: 'private' };
    const [event] = telegram.parse({ update_id: 1, message: { message_id: 5, chat, from: { id: 42 }, ...content } });
    expect(event).toMatchObject({ kind: 'message', text });
  });

  it.each([
    ['paid media', { paid_media: { star_count: 5, paid_media: [{ type: 'photo' }] } }, ''],
    ['a story', { story: { id: 1, chat: { id: 9 } } }, ''],
    ['a gift', { gift: { gift: { id: 'x' } } }, ''],
    ['a gift with words', { gift: { gift: { id: 'x' }, text: 'Gracias' } }, 'Gracias'],
    ['a gift that is one of a kind', { unique_gift: { gift: { base_name: 'Cat' } } }, ''],
  ])('%s is a message that cannot be opened', (_name, content, text) => {
    const chat = { id: 42, type: 'private' };
    const [event] = telegram.parse({ update_id: 1, message: { message_id: 5, chat, from: { id: 42 }, ...content } });
    const type = `message.${Object.keys(content)[0]}`;
    expect(event).toMatchObject({ kind: 'message', type, text, media: [{ kind: 'document' }] });
  });

  describe('direct messages of a channel', () => {
    const inTopic = (from: JsonObject, topic: JsonObject = { topic_id: 44, user: { id: 7, first_name: 'Ana' } }) =>
      telegram.parse({
        update_id: 1,
        message: {
          message_id: 5,
          chat: { id: -100, type: 'supergroup', title: 'Sol', is_direct_messages: true },
          direct_messages_topic: topic,
          from,
          text: 'Hola',
        },
      })[0];
    const thread = {
      kind: 'private',
      key: 'direct:-100:44',
      identities: [{ kind: 'telegram', value: '7' }],
      name: 'Ana',
      address: { chat_id: '-100', direct_messages_topic_id: 44 },
    };

    it('are a private chat with whoever writes, answered in his topic', () => {
      expect(inTopic({ id: 7, first_name: 'Ana', language_code: 'es' })).toMatchObject({
        kind: 'message',
        thread: { ...thread, locale: 'es' },
      });
      expect(inTopic({ id: 7, first_name: 'Ana' }, { topic_id: 44 })).toMatchObject({ kind: 'message', thread });
    });

    it('in which people of the channel answer', () => {
      expect(inTopic({ id: 900, first_name: 'Marta' })).toMatchObject({ kind: 'echo', automated: false, thread });
    });
  });

  it('a group is stored under its own id, said by its author', () => {
    expect(message(telegram, 'group').thread).toEqual({
      kind: 'group',
      key: '-1007000000001',
      identities,
      name: 'Vecinos',
      address: { chat_id: '-1007000000001' },
    });
  });
});

describe('tapped buttons', () => {
  it('count as their title', () => {
    expect(message(telegram, 'callback')).toMatchObject({
      platformId: 'callback:99001',
      text: '600 Mbps',
      choice: { id: 'plan:600', title: '600 Mbps' },
      thread: { identities, locale: 'es', address: { chat_id: '7100200' } },
    });
  });

  it.each(['callback-inaccessible', 'callback-inline'])('%s: works without the message it hung on', (name) => {
    expect(message(telegram, name)).toMatchObject({
      text: 'plan:100',
      choice: { id: 'plan:100' },
      thread: { kind: 'private', identities, address: { chat_id: '7100200' } },
    });
  });
});

describe('what changes a message', () => {
  it('an edit keeps the message’s id', () => {
    expect(only(telegram, 'edited')).toMatchObject({ kind: 'edit', platformId: '7100200:11', text: 'Ya funciona' });
  });

  it('reactions, given and taken back', () => {
    expect(only(telegram, 'reaction')).toMatchObject({ kind: 'reaction', platformId: '7100200:30', text: '❤' });
    expect(only(telegram, 'reaction-removed')).toMatchObject({ kind: 'reaction', text: '' });
  });
});

it('tells that the customer blocked the bot, and took it back', () => {
  expect(only(telegram, 'blocked')).toMatchObject({ kind: 'reach', reachable: false, thread: { identities } });
  expect(only(telegram, 'unblocked')).toMatchObject({ kind: 'reach', reachable: true });
});

describe('business connection', () => {
  const business = {
    key: 'business:bc_sample',
    identities,
    address: { chat_id: '7100200', business_connection_id: 'bc_sample' },
  };

  it('the customer’s thread is not the one he has with the bot', () => {
    expect(message(telegram, 'business-customer').thread).toMatchObject({ ...business, locale: 'es' });
  });

  it('the owner’s own words are an echo in the customer’s thread, and his language is not the customer’s', () => {
    expect(only(telegram, 'business-owner')).toMatchObject({
      kind: 'echo',
      automated: false,
      thread: { ...business, name: 'Lucía Prueba', locale: undefined },
    });
  });

  it.each(['business-away', 'business-own-bot'])('%s is automatic', (name) => {
    expect(only(telegram, name)).toMatchObject({ kind: 'echo', automated: true });
  });

  it('edits and deletions', () => {
    expect(only(telegram, 'business-edited')).toMatchObject({ kind: 'edit', platformId: '7100200:50' });
    const deletions = events(telegram, 'business-deleted');
    expect(deletions).toMatchObject([
      { kind: 'delete', platformId: '7100200:50' },
      { kind: 'delete', platformId: '7100200:51' },
    ]);
    expect(new Set(deletions.map(({ key }) => key)).size).toBe(2);
  });
});

it.each([
  ['group-migrated', 'message.migrate_to_chat_id'],
  ['channel-post', 'channel_post'],
  ['business-connection', 'business_connection'],
])('%s is stored and never answered', (name, type) => {
  expect(only(telegram, name)).toMatchObject({ kind: 'other', type, key: expect.stringMatching(/^update:/) });
});
