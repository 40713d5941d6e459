import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../core/model.ts';
import { message, only, sample } from '../testing.ts';
import { parse } from './parse.ts';
import { waha } from './waha.ts';

const LID = { kind: 'lid', value: '81200000000019' };
const PHONE = { kind: 'phone', value: '34600111222' };
const CHAT = `${PHONE.value}@c.us`;
const AT = 1_795_100_000_000;

/** A sample with some of its payload changed. */
function changed(name: string, patch: JsonObject): Json {
  const call = sample('waha', name) as { payload: JsonObject };
  return { ...call, payload: { ...call.payload, ...patch } };
}

describe('messages', () => {
  it('text: routed by the session, keyed and called by the bare id', () => {
    expect(message(waha, 'text-webjs')).toEqual({
      kind: 'message',
      type: 'message.text',
      route: 'shop',
      key: 'message:3EB0A001',
      platformId: '3EB0A001',
      platformAt: AT,
      text: '¿Hacen envíos?',
      media: [],
      choice: undefined,
      thread: { kind: 'private', identities: [PHONE], name: 'Lucía', address: { chatId: CHAT } },
    });
  });

  it.each(['text-noweb', 'text-noweb-old', 'text-gows'])(
    '%s: the hidden id first, and the phone where the engine has it',
    (name) => {
      const { thread, text } = message(waha, name);
      expect(thread).toEqual({
        kind: 'private',
        identities: [LID, PHONE],
        name: 'Lucía',
        address: { chatId: '81200000000019@lid' },
      });
      expect(text).toBe('¿Hacen envíos?');
    },
  );

  it('a hidden id alone is one', () => {
    expect(message(waha, 'lid-only').thread).toMatchObject({
      identities: [LID],
      address: { chatId: '81200000000019@lid' },
    });
  });

  it('hand-made: without id or session, new each time', () => {
    const event = message(waha, 'hand-made');
    expect(event).toMatchObject({ text: 'Hola', thread: { identities: [PHONE], address: { chatId: CHAT } } });
    expect([event.key, event.route, event.platformId, event.platformAt]).toEqual(Array(4).fill(undefined));
  });

  it('tells the time in seconds or milliseconds', () => {
    for (const timestamp of [1_795_100_000, 1_795_100_000_000, '1795100000'])
      expect(parse(changed('text-webjs', { timestamp }))[0]!.platformAt).toBe(AT);
  });

  it.each([
    [
      'image',
      'image',
      '¿Tienen este?',
      { ref: '/api/files/shop/3EB0A010.jpeg', mime: 'image/jpeg', caption: '¿Tienen este?' },
    ],
    ['not-downloaded', 'voice', '', { ref: `false_${CHAT}_3EB0A011` }],
    ['media-failed', 'document', 'Factura', { ref: `false_${CHAT}_3EB0A012`, name: 'factura.pdf' }],
    ['voice', 'voice', '', { ref: '/api/files/shop/3EB0A013.oga' }],
    ['sticker', 'sticker', '', { ref: '/api/files/shop/3EB0A014.webp' }],
    ['picture-as-document', 'document', '', { name: 'plano.png' }],
  ])('%s is %s', (name, kind, text, medium) => {
    expect(message(waha, name)).toMatchObject({ type: `message.${kind}`, text, media: [{ kind, ...medium }] });
  });

  it('a place is its name and address, with numbers for coordinates', () => {
    const data = { latitude: 40.4168, longitude: -3.7038, name: 'Sol', address: 'Madrid' };
    expect(message(waha, 'location')).toMatchObject({ text: 'Sol, Madrid', media: [{ kind: 'location', data }] });
  });

  it('a card is its name and numbers', () => {
    expect(message(waha, 'contact')).toMatchObject({
      text: 'Luis Pérez, +34 600 999 888',
      media: [{ kind: 'contact', data: { name: 'Luis Pérez', phones: ['+34 600 999 888'] } }],
    });
  });

  it.each([
    ['poll', '¿Qué día?\nLunes\nMartes'],
    ['poll-vote', 'Martes'],
    ['reply', 'Este'],
  ])('%s says %j', (name, text) => {
    expect(message(waha, name)).toMatchObject({ text, media: [] });
  });

  it.each([
    ['button-reply', { id: 'yes', title: 'Sí' }],
    ['list-reply', { id: 'plan-600', title: 'Plan 600' }],
  ])('%s is a choice', (name, choice) => {
    expect(message(waha, name)).toMatchObject({ text: choice.title, choice });
  });

  it.each(['group-gows', 'group-noweb'])('%s: the group’s thread, the author’s identities', (name) => {
    expect(message(waha, name).thread).toMatchObject({
      kind: 'group',
      key: '120363000000000777@g.us',
      identities: [LID, PHONE],
      address: { chatId: '120363000000000777@g.us' },
    });
  });
});

describe('what left the business side', () => {
  it.each([
    ['echo-phone', false, [PHONE]],
    ['echo-api', true, [LID, PHONE]],
    ['echo-mislabelled', false, [PHONE]],
    ['echo-group', false, []],
  ])('%s: automated %s, in the customer’s thread', (name, automated, identities) => {
    const event = only(waha, name);
    expect(event).toMatchObject({ kind: 'echo', automated, thread: { identities } });
    expect(event.kind === 'echo' && event.thread.name).toBe(undefined);
  });

  it('is an echo also where the engine does not say so', () => {
    const [event] = parse(changed('text-webjs', { id: 'X1', from: '34910000077:4@s.whatsapp.net', to: CHAT }));
    expect(event).toMatchObject({ kind: 'echo', thread: { identities: [PHONE] } });
  });
});

describe('what happens to a message', () => {
  it('is told of its bare id, whichever way it is written', () => {
    expect(only(waha, 'edited')).toMatchObject({ kind: 'edit', platformId: '3EB0A001', text: '¿Hacen envíos a Jaén?' });
    expect(only(waha, 'revoked')).toMatchObject({ kind: 'delete', platformId: '3EB0A001' });
    expect(only(waha, 'revoked-webjs')).toMatchObject({ kind: 'delete', platformId: '3EB0A001' });
    expect(only(waha, 'reaction')).toMatchObject({ kind: 'reaction', platformId: '3EB0F011', text: '🙏' });
    expect(only(waha, 'reaction-removed')).toMatchObject({ kind: 'reaction', platformId: '3EB0F011', text: '' });
  });

  it.each([
    ['ack-sent', 'sent'],
    ['ack-delivered', 'delivered'],
    ['ack-read', 'read'],
    ['ack-played', 'read'],
    ['ack-error', 'failed'],
    ['ack-group', 'delivered'],
    ['old-version', 'read'],
  ])('%s: %s', (name, state) => {
    const event = only(waha, name);
    expect(event).toMatchObject({
      kind: 'status',
      platformId: '3EB0F011',
      state,
      key: expect.stringContaining(':3EB0F011:'),
    });
    expect(event.kind === 'status' && event.error?.action).toEqual(state === 'failed' ? expect.any(String) : undefined);
  });

  it('reads an acknowledgement by its name alone', () => {
    expect(parse(changed('ack-sent', { ack: null }))[0]).toMatchObject({ kind: 'status', state: 'sent' });
  });

  it('has the same key when a call comes again, and another one for the next edit', () => {
    const again = { ...(sample('waha', 'edited') as JsonObject) };
    expect(parse(again)[0]!.key).toBe(only(waha, 'edited').key);
    expect(parse({ ...again, id: 'evt_next' })[0]!.key).not.toBe(only(waha, 'edited').key);
  });
});

it.each([
  'plain-message',
  'waiting',
  'status-broadcast',
  'newsletter',
  'broadcast-list',
  'self',
  'nothing-said',
  'edit-as-message',
  'call',
  'reaction-own',
  'ack-pending',
  'ack-of-theirs',
])('%s is stored, and starts nothing', (name) => {
  expect(only(waha, name).kind).toBe('other');
});

describe('a session’s state', () => {
  it.each([
    ['session-working', undefined, undefined],
    ['session-qr', 'WAHA_SCAN_QR_CODE', undefined],
    ['session-failed', 'WAHA_FAILED', undefined],
    ['session-passkey', 'WAHA_PASSKEY_REQUIRED', undefined],
    ['session-starting', 'WAHA_STARTING', true],
    ['session-stopped', 'WAHA_STOPPED', true],
  ])('%s: %s', (name, code, passing) => {
    const event = only(waha, name);
    expect(event).toMatchObject({ kind: 'health', route: 'shop' });
    expect(event.kind === 'health' && [event.error?.code, event.passing]).toEqual([code, passing]);
  });

  it('tells the phone behind it, while it works', () => {
    expect(only(waha, 'session-working')).toMatchObject({ phone: '34910000077' });
    expect(only(waha, 'session-failed')).not.toHaveProperty('phone');
  });

  it('was so when the session says', () => {
    expect(only(waha, 'session-working').platformAt).toBe(AT + 2_000);
  });

  it('that is not known is stored', () => {
    expect(parse(changed('session-qr', { status: 'DREAMING' }))[0]).toMatchObject({
      kind: 'other',
      type: 'session.DREAMING',
    });
  });
});
