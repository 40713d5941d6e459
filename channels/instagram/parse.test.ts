import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import { events, message, only } from '../testing.ts';
import { instagram } from './instagram.ts';

const ROUTE = '17841499000000001';
const thread = {
  kind: 'private',
  identities: [{ kind: 'igsid', value: '990000000000001' }],
  address: { id: '990000000000001' },
};

describe('messages', () => {
  it('text: routed by the recipient, keyed by its id', () => {
    expect(message(instagram, 'text')).toEqual({
      kind: 'message',
      type: 'message.text',
      route: ROUTE,
      key: 'message:mid.sample.text',
      platformId: 'mid.sample.text',
      platformAt: 1_795_100_000_123,
      thread,
      text: '¿Hacen envíos?',
      media: [],
      choice: undefined,
    });
  });

  it('hand-made: an ordinary message without key', () => {
    const event = message(instagram, 'hand-made');
    expect(event).toMatchObject({ text: 'Hola', thread: { identities: [{ kind: 'igsid', value: '1234567890' }] } });
    expect([event.key, event.route, event.platformAt]).toEqual([undefined, undefined, undefined]);
  });

  it('the form of the dashboard’s tests, with its time in seconds', () => {
    expect(events(instagram, 'changes')).toMatchObject([
      { kind: 'message', text: 'prueba del panel', platformAt: 1_795_100_000_000, route: ROUTE },
      { kind: 'other', type: 'comments' },
    ]);
  });

  it('several pictures and a text', () => {
    expect(message(instagram, 'images')).toMatchObject({
      text: 'Estas dos',
      media: [{ kind: 'image' }, { kind: 'image' }],
    });
  });

  it('a voice note; an attachment that is no list', () => {
    expect(message(instagram, 'voice')).toMatchObject({ text: '', media: [{ kind: 'voice' }], type: 'message.voice' });
    expect(message(instagram, 'attachment-object').media).toMatchObject([{ kind: 'document', name: 'bases.pdf' }]);
  });

  it('shared posts keep what they are; a story that mentions us is not kept', () => {
    expect(message(instagram, 'shared').media).toMatchObject([
      { kind: 'image', data: { type: 'ig_post' } },
      { kind: 'video', data: { type: 'ig_reel' } },
    ]);
    expect(message(instagram, 'story-mention').media).toEqual([
      { kind: 'image', data: { type: 'story_mention' }, url: undefined, name: undefined },
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ['a post', { type: 'ig_post', payload: { title: 'Novedad', url: 'https://x.y' } }, 'Novedad'],
    ['a reel', { type: 'ig_reel', payload: { title: 'Fibra #600', url: 'https://x.y' } }, 'Fibra #600'],
    ['a link', { type: 'fallback', title: 'Planes', payload: { url: 'https://x.y' } }, 'Planes'],
    [
      'a card',
      { type: 'template', payload: { generic: { elements: [{ title: 'A', subtitle: 'B' }, { title: 'C' }] } } },
      'A\nB\nC',
    ],
    ['a product', { type: 'template', payload: { product: { elements: [{ id: '1', title: 'Router' }] } } }, 'Router'],
  ])('%s that is shared has words', (_name, attachment, text) => {
    const item = {
      sender: { id: '9' },
      recipient: { id: '1' },
      timestamp: 1,
      message: { mid: 'm', attachments: [attachment] },
    };
    expect(instagram.parse({ entry: [{ messaging: [item] }] })[0]).toMatchObject({ kind: 'message', text });
  });

  it('an answer to our story is a message', () => {
    expect(message(instagram, 'story-reply').text).toBe('¿Queda alguno?');
  });

  it('quick replies and buttons are choices, and their title the text', () => {
    expect(message(instagram, 'quick-reply')).toMatchObject({ text: 'Sí', choice: { id: 'ok:1', title: 'Sí' } });
    expect(message(instagram, 'postback')).toMatchObject({
      text: 'Ver horario',
      choice: { id: 'hours', title: 'Ver horario' },
      key: 'postback:mid.sample.postback',
    });
  });
});

it('an echo is of the account that sent it, toward the customer', () => {
  expect(only(instagram, 'echo')).toMatchObject({
    kind: 'echo',
    route: ROUTE,
    thread,
    platformId: 'mid.sample.echo',
    text: 'Le contesto yo',
    automated: false,
  });
});

describe('what changes a message', () => {
  it('a deletion has the message’s id, but a key of its own', () => {
    expect(only(instagram, 'deleted')).toMatchObject({
      kind: 'delete',
      platformId: 'mid.sample.text',
      key: 'delete:mid.sample.text',
    });
    expect(only(instagram, 'echo-deleted')).toMatchObject({
      kind: 'delete',
      platformId: 'mid.sample.echo',
      route: ROUTE,
    });
  });

  it('every edit counts', () => {
    expect(events(instagram, 'edited')).toMatchObject([
      { kind: 'edit', key: 'edit:mid.sample.text:1', text: '¿Hacen envíos a Cuba?' },
      { kind: 'edit', key: 'edit:mid.sample.text:2', text: '¿Y a Perú?' },
    ]);
  });

  it('reactions, given and taken back', () => {
    expect(events(instagram, 'reactions')).toMatchObject([
      { kind: 'reaction', platformId: 'mid.sample.echo', text: '❤️' },
      { kind: 'reaction', platformId: 'mid.sample.echo', text: '' },
    ]);
  });

  it('read', () => {
    expect(only(instagram, 'read')).toMatchObject({ kind: 'status', state: 'read', platformId: 'mid.sample.echo' });
  });
});

it('what the API cannot show is a message without words', () => {
  expect(only(instagram, 'unsupported')).toMatchObject({
    kind: 'message',
    type: 'message.unsupported',
    text: '',
    media: [{ kind: 'document' }],
  });
});

it('a batch: nothing lost, everything routed to its own account', () => {
  expect(events(instagram, 'batch').map(({ kind, route }) => [kind, route])).toEqual([
    ['message', ROUTE],
    ['message', ROUTE],
    ['status', ROUTE],
    ['message', '17841499000000002'],
  ]);
});

it.each([
  ['self', 'message.self'],
  ['referral', 'referral'],
  ['standby', 'standby'],
])('%s is stored and never answered', (name, type) => {
  expect(only(instagram, name)).toMatchObject({ kind: 'other', type });
});
