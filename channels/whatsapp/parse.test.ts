import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import { events, message, only, sample } from '../testing.ts';
import { parse } from './parse.ts';
import { whatsapp } from './whatsapp.ts';

const ROUTE = '100200300400500';
const BSUID = { kind: 'bsuid', value: 'ES.9000100020003000' };
const PHONE = { kind: 'phone', value: '34600000099' };

describe('messages', () => {
  it('text: routed by the number, keyed by its id, known by BSUID before phone', () => {
    expect(message(whatsapp, 'text')).toEqual({
      kind: 'message',
      type: 'message.text',
      route: ROUTE,
      key: 'message:wamid.sample-text',
      platformId: 'wamid.sample-text',
      platformAt: 1_795_100_000_000,
      text: '¿Por qué mi internet está lento?',
      media: [],
      choice: undefined,
      thread: {
        kind: 'private',
        identities: [BSUID, PHONE],
        name: 'Lucía Prueba',
        username: undefined,
        address: { to: '+34600000099' },
      },
    });
  });

  it('hand-made: an ordinary message without key, new each time', () => {
    const event = message(whatsapp, 'hand-made');
    expect(event).toMatchObject({ type: 'message.text', text: 'Hola' });
    expect(event.thread).toMatchObject({
      kind: 'private',
      identities: [{ kind: 'phone', value: '1234567890' }],
      address: { to: '+1234567890' },
    });
    expect([event.key, event.route, event.platformId, event.platformAt]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('the thread of a number is that of whoever writes from it', () => {
    const { identities, address, kind } = message(whatsapp, 'hand-made').thread;
    expect(whatsapp.threadOf!('+1234567890')).toEqual({ kind, identities, address });
  });

  it('works with no phone at all', () => {
    expect(message(whatsapp, 'user-name-only').thread).toEqual({
      kind: 'private',
      identities: [BSUID],
      name: undefined,
      username: 'lucia.prueba',
      address: { recipient: BSUID.value },
    });
  });

  it('does not take another person’s profile', () => {
    const body = sample('whatsapp', 'text') as { entry: { changes: { value: { contacts: JsonObject[] } }[] }[] };
    body.entry[0]!.changes[0]!.value.contacts = [{ profile: { name: 'Otra' }, wa_id: '1', user_id: 'ES.1' }];
    expect(parse(body as never)[0]).toMatchObject({ thread: { name: undefined, identities: [BSUID, PHONE] } });
  });

  it.each([
    ['image', 'La luz roja del router', { kind: 'image', ref: '1100220033004400', mime: 'image/jpeg' }],
    ['voice', '', { kind: 'voice', mime: 'audio/ogg; codecs=opus' }],
    ['document', '', { kind: 'document', name: 'factura.pdf' }],
    ['location', 'Oficina', { kind: 'location', data: { name: 'Oficina' } }],
  ])('%s', (name, text, medium) => {
    const event = message(whatsapp, name);
    expect(event.text).toBe(text);
    expect(event.media).toMatchObject([medium]);
  });

  it('contacts: every card, also one without a name', () => {
    const { text, media } = message(whatsapp, 'contacts');
    expect(media.map(({ kind }) => kind)).toEqual(['contact', 'contact']);
    expect(text).toBe('Ana Ejemplo, +34 600 00 00 50\n+34 600 00 00 51');
  });

  const form = (response_json: string, more = {}) => ({
    type: 'interactive',
    interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json, ...more } },
  });
  it.each([
    [
      'a form',
      form('{"screen_0_Postal_code_0":"28001","screen_0_Plan_1":"0_Turbo","flow_token":"t","extras":["TV","Móvil"]}'),
      'Postal code: 28001\nPlan: Turbo\nextras: TV, Móvil',
    ],
    [
      'a form with levels',
      form('{"a":{"street":"Mayor 5","floor":2},"accept":true,"note":""}'),
      'street: Mayor 5\nfloor: 2\naccept: ✓',
    ],
    ['an address', form('{"saved_address_id":"1","values":{"city":"Madrid","name":"Ana"}}'), 'city: Madrid\nname: Ana'],
    [
      'a form with numbers of its own',
      form('{"order_id":"A-77","customer_id":"99","cedula":"123","flow_token":"t","version":3,"screen":"END"}'),
      'order id: A-77\ncustomer id: 99\ncedula: 123',
    ],
    [
      'a form with photos',
      form('{"foto":[{"id":1,"mime_type":"image/jpeg","sha256":"abc","file_name":"a.jpg"}],"nota":"roto"}'),
      'foto: ✓\nnota: roto',
    ],
    ['a form with a file', form('{"nota":{"id":"1","mime_type":"application/pdf","file_name":"c.pdf"}}'), 'nota: ✓'],
    ['a form that is no string', form({ nombre: 'Ana', id: 5 } as never), 'nombre: Ana\nid: 5'],
    ['a form with rows', form('{"items":[{"id":"A","qty":2},{"id":"B","qty":1}]}'), 'id: A\nqty: 2\nid: B\nqty: 1'],
    ['a form that cannot be read', form('{', { body: 'Enviado' }), 'Enviado'],
    [
      'a cart',
      {
        type: 'order',
        order: {
          catalog_id: '1',
          product_items: [{ product_retailer_id: 'sku', quantity: 2, item_price: 39, currency: 'EUR' }],
        },
      },
      '2 × sku (39 EUR)',
    ],
    [
      'a cart with words',
      { type: 'order', order: { text: '¿Hoy?', product_items: [{ product_retailer_id: 'sku' }] } },
      '¿Hoy?\n1 × sku',
    ],
    [
      'a place',
      { type: 'location', location: { latitude: 1, longitude: 2, name: 'Bar', address: 'Mayor 5' } },
      'Bar, Mayor 5',
    ],
    ['a document', { type: 'document', document: { id: 'd', caption: 'La factura', filename: 'f.pdf' } }, 'La factura'],
    ['a quick reply', { type: 'button', button: { text: 'Sí', payload: 'yes' } }, 'Sí'],
    ['a kind of tomorrow', { type: 'event', event: { title: 'Visita', description: 'El lunes' } }, 'Visita\nEl lunes'],
  ])('%s has words', (_name, content, text) => {
    const value = { messages: [{ from: '34600000099', id: 'wamid.words', ...content }] };
    expect(whatsapp.parse({ entry: [{ changes: [{ field: 'messages', value }] }] })[0]).toMatchObject({
      kind: 'message',
      text,
    });
  });

  it('what the API cannot show is a message without words', () => {
    expect(only(whatsapp, 'unsupported')).toMatchObject({
      kind: 'message',
      type: 'message.unsupported',
      text: '',
      media: [{ kind: 'document', data: { type: 'poll_creation' } }],
    });
  });

  it.each(['request_welcome', 'errors'])('%s says nothing', (type) => {
    const value = { messages: [{ from: '34600000099', id: 'wamid.words', type, [type]: { title: 'x' } }] };
    const [event] = whatsapp.parse({ entry: [{ changes: [{ field: 'messages', value }] }] });
    expect(event!.kind).toBe('other');
  });

  it.each([
    ['button-reply', { id: 'plan:100', title: '100 Mbps' }],
    ['list-reply', { id: 'plan:600', title: '600 Mbps' }],
    ['template-quick-reply', { id: 'visit:yes', title: 'Sí, confirmo' }],
  ])('%s is a choice, and its title the text', (name, choice) => {
    expect(message(whatsapp, name)).toMatchObject({ choice, text: choice.title });
  });

  it('group: stored under the group, said by its author', () => {
    expect(message(whatsapp, 'group').thread).toMatchObject({
      kind: 'group',
      key: 'R3J1cG8gZGUgcHJ1ZWJh',
      identities: [BSUID, PHONE],
      address: { group: 'R3J1cG8gZGUgcHJ1ZWJh' },
    });
  });
});

describe('what changes a message', () => {
  it('reaction, and reaction taken back without an emoji', () => {
    expect(events(whatsapp, 'reaction')).toMatchObject([
      { kind: 'reaction', platformId: 'wamid.sample-sent', text: '👍', key: 'message:wamid.sample-reaction' },
      { kind: 'reaction', platformId: 'wamid.sample-sent', text: '', key: 'message:wamid.sample-unreaction' },
    ]);
  });

  it('edit and deletion have ids of their own and name the original', () => {
    expect(events(whatsapp, 'edit-and-revoke')).toMatchObject([
      { kind: 'edit', platformId: 'wamid.sample-text', text: 'Ya funciona', key: 'message:wamid.sample-edit' },
      { kind: 'delete', platformId: 'wamid.sample-image', key: 'message:wamid.sample-revoke' },
    ]);
  });
});

describe('echoes', () => {
  it('a person’s, an automatic one, and a deletion', () => {
    expect(events(whatsapp, 'echoes')).toMatchObject([
      { kind: 'echo', automated: false, text: 'Soy Marta, le ayudo yo.', thread: { identities: [BSUID, PHONE] } },
      { kind: 'echo', automated: true },
      { kind: 'delete', platformId: 'wamid.sample-echo-human' },
    ]);
  });

  it('what comes from the own number is one, wherever it stands', () => {
    expect(only(whatsapp, 'own-number')).toMatchObject({
      kind: 'echo',
      automated: false,
      thread: { identities: [BSUID, PHONE] },
    });
  });
});

describe('identity', () => {
  it('new number', () => {
    expect(only(whatsapp, 'number-changed')).toMatchObject({
      kind: 'identity',
      previous: PHONE,
      current: { kind: 'phone', value: '34600000088' },
    });
  });

  it('new BSUID, told in either way', () => {
    expect(events(whatsapp, 'user-id-changed')).toMatchObject([
      { kind: 'identity', previous: BSUID, current: { kind: 'bsuid', value: 'ES.9000100020003001' } },
      { kind: 'identity', current: { kind: 'bsuid', value: 'ES.9000100020003002' }, platformAt: 1_795_100_500_000 },
    ]);
  });
});

describe('statuses', () => {
  it('each has a key; played counts as read', () => {
    expect(events(whatsapp, 'statuses').map((event) => [event.key, 'state' in event && event.state])).toEqual([
      ['status:wamid.sample-sent:sent', 'sent'],
      ['status:wamid.sample-sent:delivered', 'delivered'],
      ['status:wamid.sample-sent:read', 'read'],
      ['status:wamid.sample-sent:played', 'read'],
    ]);
  });

  it('failed says why and what to do', () => {
    expect(only(whatsapp, 'status-failed')).toMatchObject({
      kind: 'status',
      state: 'failed',
      error: { code: 'WHATSAPP_131047', action: expect.stringContaining('write first') },
    });
  });

  it('every participant of a group has his own', () => {
    const keys = events(whatsapp, 'status-group').map(({ key }) => key);
    expect(keys).toEqual([
      'status:wamid.sample-group-sent:read:34600000061',
      'status:wamid.sample-group-sent:read:34600000062',
    ]);
  });
});

it('a batch: nothing lost, everything routed to its own number', () => {
  expect(events(whatsapp, 'batch').map(({ kind, route, key }) => [kind, route, key])).toEqual([
    ['message', ROUTE, 'message:wamid.sample-batch-1'],
    ['message', ROUTE, 'message:wamid.sample-batch-2'],
    ['status', ROUTE, 'status:wamid.sample-batch-sent:read'],
    ['status', ROUTE, 'status:wamid.sample-batch-sent:delivered'],
    ['message', '100200300400501', 'message:wamid.sample-second-number'],
  ]);
});

it.each([
  ['history', ['history', 'history']],
  ['other-fields', ['calls', 'standby', 'smb_app_state_sync', 'account_update']],
  ['errors-only', ['messages.errors']],
])('%s is stored and never answered', (name, types) => {
  const all = events(whatsapp, name);
  expect(all.map(({ kind }) => kind)).toEqual(types.map(() => 'other'));
  expect(all.map(({ type }) => type)).toEqual(types);
});

it.each([
  ['stop', { kind: 'consent', consent: 'out', type: 'user_preferences.stop' }],
  ['resume', { kind: 'consent', consent: 'in' }],
  ['later', { kind: 'other' }],
])('what a person chose about promotions (%s)', (value, expected) => {
  const preference = {
    wa_id: '34600000099',
    user_id: 'ES.9',
    category: 'marketing_messages',
    value,
    timestamp: 1_795_100_000,
  };
  const change = {
    field: 'user_preferences',
    value: { metadata: { phone_number_id: '1' }, user_preferences: [preference] },
  };
  const [event] = whatsapp.parse({ entry: [{ changes: [change] }] });
  expect(event).toMatchObject({ ...expected, route: '1', platformAt: 1_795_100_000_000 });
  if (event!.kind === 'consent') expect(event!.thread.address).toEqual({ to: '+34600000099' });
});

it('a button of a template is told apart from one of ours', () => {
  expect(message(whatsapp, 'template-quick-reply').template).toBe(true);
  expect(message(whatsapp, 'button-reply').template).toBeUndefined();
});

it('knows each person of a batch by number or id, the first contact that fits, and in time by their number', () => {
  const contacts = [
    { profile: { name: 'Ana' }, wa_id: '+34 600', user_id: 'ES.1' },
    { profile: { name: 'Bea' }, wa_id: '34601', user_id: 'ES.2' },
    { profile: { name: 'Cleo' }, user_id: 'ES.1' },
  ];
  const from = (fields: object) => ({ ...fields, id: 'w', type: 'text', text: { body: 'hola' } });
  const of = (messages: object[], known: object[]) =>
    parse({ entry: [{ changes: [{ value: { contacts: known, messages } }] }] } as never);
  const names = of(
    [
      { from: '34600' },
      { from_user_id: 'ES.2' },
      { from_user_id: 'ES.1' },
      { from: '34601', from_user_id: 'ES.1' },
      { from: '9' },
    ].map(from),
    contacts,
  ).map((event) => event.kind === 'message' && event.thread.name);
  expect(names).toEqual(['Ana', 'Bea', 'Ana', 'Ana', undefined]);
  const many = Array.from({ length: 10_000 }, () => ({ wa_id: '1' }));
  const start = performance.now();
  of(
    many.map((_, at) => from({ from: String(1_000 + at) })),
    many,
  );
  expect(performance.now() - start).toBeLessThan(1_000);
});

it.each([
  ['nested 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['of 300,000 lists', `{"a":[${'[],'.repeat(300_000)}1]}`],
  ['of 100,000 fields', `{${Array.from({ length: 100_000 }, (_, at) => `"a${at}":"b"`).join()}}`],
])('does not read a form %s, and has its other words', (_what, response_json) => {
  const interactive = { type: 'nfm_reply', nfm_reply: { response_json, body: 'Sent', name: 'flow' } };
  const messages = [{ from: '1', id: 'w', type: 'interactive', interactive }];
  const start = performance.now();
  const [event] = parse({ entry: [{ changes: [{ value: { messages } }] }] });
  expect(event).toMatchObject({ kind: 'message', text: 'Sent' });
  expect(performance.now() - start).toBeLessThan(100);
});
