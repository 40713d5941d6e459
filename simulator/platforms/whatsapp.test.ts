import { createHmac } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Json } from '../../core/model.ts';
import { startSimulator } from '../server.ts';
import { dig, OGG_OPUS, post, postForm, voiceFile } from '../testing.ts';
import type { WhatsappAction } from './whatsapp-webhooks.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const simulator = await startSimulator({ now: () => NOW });
const NUMBER = '100200300';
const url = `${simulator.url}/whatsapp/v25.0/${NUMBER}/messages`;
const send = (body: Json, headers: Record<string, string> = { authorization: 'Bearer t' }) => post(url, body, headers);
const frame = { messaging_product: 'whatsapp', recipient_type: 'individual', to: '+15550001111' };
const customer = { phone: '+15550001111', userId: 'US.1001', name: 'Zoë' };

beforeEach(() => simulator.reset());
afterAll(() => simulator.stop());

test('a text is accepted with an id that names its addressee', async () => {
  const { status, body } = await send({ ...frame, type: 'text', text: { body: 'hola' } });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    messaging_product: 'whatsapp',
    contacts: [{ input: '+15550001111', wa_id: '15550001111' }],
    messages: [{ id: expect.stringMatching(/^wamid\.HBgL/) }],
  });
  expect(simulator.calls({ platform: 'whatsapp', thread: '+1 555 000-1111' })).toMatchObject([
    {
      account: NUMBER,
      method: 'messages.text',
      thread: '15550001111',
      send: true,
      text: 'hola',
      status: 200,
      schemaErrors: [],
    },
  ]);
});

test('who is known by his BSUID only is reached by it, and is one thread with his phone once that is told', async () => {
  const body = { messaging_product: 'whatsapp', recipient: 'US.1001', type: 'text', text: { body: 'a' } };
  expect(dig((await send(body)).body, 'contacts', 0)).toEqual({ input: 'US.1001', user_id: 'US.1001' });
  simulator.webhook('whatsapp', { kind: 'text', customer, text: 'hi' });
  await send(body);
  expect(simulator.calls().map((call) => call.thread)).toEqual(['US.1001', '15550001111']);
  expect(simulator.calls({ platform: 'whatsapp', thread: 'US.1001' })).toHaveLength(1);
});

test('buttons, lists, links and media are told in the journal', async () => {
  const reply = (id: string, title: string) => ({ type: 'reply', reply: { id, title } });
  const interactive = (type: string, action: Json, more = {}) =>
    send({ ...frame, type: 'interactive', interactive: { type, body: { text: 'Choose' }, action, ...more } });
  const header = { type: 'image', image: { link: 'https://example.com/a.jpg' } };
  const rows = [{ id: 'r1', title: 'Row' }];
  await interactive('button', { buttons: [reply('y', 'Yes'), reply('n', 'No')] }, { header });
  await interactive('list', { button: 'Open', sections: [{ title: 'S', rows }] });
  await interactive('cta_url', { name: 'cta_url', parameters: { display_text: 'Site', url: 'https://example.com' } });
  await send({ ...frame, type: 'image', image: { link: 'https://example.com/b.jpg', caption: 'b' } });
  expect(simulator.calls()).toMatchObject([
    {
      text: 'Choose',
      buttons: [
        { id: 'y', title: 'Yes' },
        { id: 'n', title: 'No' },
      ],
      media: [{ kind: 'image', url: header.image.link }],
    },
    { text: 'Choose', buttons: [{ id: 'r1', title: 'Row' }] },
    { buttons: [{ title: 'Site', url: 'https://example.com' }] },
    { method: 'messages.image', text: 'b', media: [{ kind: 'image', url: 'https://example.com/b.jpg' }] },
  ]);
  expect(simulator.calls().map((call) => call.status)).toEqual([200, 200, 200, 200]);
});

const upload = (values: Record<string, string | File>, number = NUMBER) =>
  postForm(`${simulator.url}/whatsapp/v25.0/${number}/media`, values, { authorization: 'Bearer t' });
const file = { messaging_product: 'whatsapp', type: 'audio/ogg' };

test('a file that was uploaded may be sent by the number that it is of', async () => {
  const { status, body } = await upload({ ...file, file: voiceFile() });
  expect(status).toBe(200);
  const audio = { id: String(body.id), voice: true };
  expect((await send({ ...frame, type: 'audio', audio })).status).toBe(200);
  const other = `${simulator.url}/whatsapp/v25.0/999/messages`;
  expect((await post(other, { ...frame, type: 'audio', audio }, { authorization: 'Bearer t' })).body).toMatchObject({
    error: { code: 100, message: expect.stringContaining('attachment ID') },
  });
  expect(simulator.calls()).toMatchObject([
    { method: 'media.upload', send: false, body: { ...file, file: { name: 'voice.ogg', bytes: OGG_OPUS.length } } },
    { method: 'messages.audio', media: [{ kind: 'voice', id: body.id }], status: 200 },
    { status: 400 },
  ]);
});

test.each([
  ['no file', file, 'file is required'],
  ['an empty one', { ...file, file: voiceFile('') }, 'not empty'],
  ['no product', { type: 'audio/ogg', file: voiceFile() }, 'messaging_product'],
  ['another sound than it says', { ...file, file: voiceFile('RIFF….WAVE') }, 'octet-stream'],
  ['a sound that WhatsApp does not know', { ...file, file: voiceFile('RIFF….WAVE', 'audio/wav') }, "type 'audio/wav'"],
])('%s is refused', async (_what, values, words) => {
  expect((await upload(values)).body).toMatchObject({ error: { code: 100, message: expect.stringContaining(words) } });
});

test('a voice message is Opus, and an upload wants a token', async () => {
  const { body } = await upload({ ...file, type: 'audio/mpeg', file: voiceFile('ID3…', 'audio/mpeg') });
  const refused = await send({ ...frame, type: 'audio', audio: { id: String(body.id), voice: true } });
  expect(dig(refused.body, 'error', 'code')).toBe(131053);
  const url = `${simulator.url}/whatsapp/v25.0/${NUMBER}/media`;
  expect((await postForm(url, { ...file, file: voiceFile() })).status).toBe(401);
});

const template = (name: string, values: (string | [string, string])[], language = 'es_ES'): Json => {
  const parameters = values.map(
    (value): Json =>
      typeof value === 'string'
        ? { type: 'text', text: value }
        : { type: 'text', parameter_name: value[0], text: value[1] },
  );
  const components: Json[] = values.length > 0 ? [{ type: 'body', parameters }] : [];
  return { ...frame, type: 'template', template: { name, language: { code: language }, components } };
};

test('a template is shown as the customer reads it, or by its name while none is known', async () => {
  await send(template('thanks', ['Ana', 'A-1']));
  simulator.approve({ name: 'thanks', language: 'es_ES', body: 'Hola {{1}}: {{2}}, {{1}}' });
  simulator.approve({ name: 'named', language: 'es_ES', body: 'Hola {{who}}' });
  await send(template('thanks', ['Ana', 'A-1']));
  await send(template('named', [['who', 'Ana']]));
  expect(simulator.calls().map(({ text, status, method }) => [text, status, method])).toEqual([
    ['thanks (es_ES): Ana · A-1', 200, 'messages.template'],
    ['Hola Ana: A-1, Ana', 200, 'messages.template'],
    ['Hola Ana', 200, 'messages.template'],
  ]);
});

test.each([
  ['another language', template('thanks', ['Ana'], 'es'), 132001],
  ['a name that is not there', template('thank', ['Ana']), 132001],
  ['too few parameters', template('thanks', []), 132000],
  ['a name for a number', template('thanks', [['who', 'Ana']]), 132012],
  ['a paused one', template('paused', []), 132015],
  ['one that is switched off', template('disabled', []), 132016],
  ['an empty parameter', template('thanks', [' ']), 100],
  ['two lines in a parameter', template('thanks', ['Ana\nMaria']), 100],
  ['five spaces in a parameter', template('thanks', ['Ana     Maria']), 100],
  ['a name in capitals', template('Thanks', ['Ana']), 100],
])('a template with %s is refused', async (_what, body, code) => {
  simulator.approve({ name: 'thanks', language: 'es_ES', body: 'Hola {{1}}' });
  for (const state of ['paused', 'disabled'] as const)
    simulator.approve({ name: state, language: 'es_ES', body: 'Hola', state });
  const answer = await send(body);
  expect([answer.status, dig(answer.body, 'error', 'code')]).toEqual([400, code]);
});

test('read marks and typing', async () => {
  const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.x' };
  expect((await send(read)).body).toEqual({ success: true });
  expect((await send({ ...read, typing_indicator: { type: 'text' } })).body).toEqual({ success: true });
  expect(simulator.calls().map(({ method, send }) => [method, send])).toEqual([
    ['messages.read', false],
    ['messages.typing', false],
  ]);
});

const buttons = (count: number) => ({
  type: 'button',
  body: { text: 'a' },
  action: {
    buttons: Array.from({ length: count }, (_, i) => ({ type: 'reply', reply: { id: `${i}`, title: `${i}` } })),
  },
});
const rows = (from: number) => Array.from({ length: 6 }, (_, i) => ({ id: `${from + i}`, title: `${from + i}` }));

test.each([
  ['no type', { ...frame, text: { body: 'a' } }, "must have required property 'type'"],
  ['an empty text', { ...frame, type: 'text', text: { body: '' } }, 'must NOT have fewer than 1 characters'],
  ['4,097 characters', { ...frame, type: 'text', text: { body: 'x'.repeat(4097) } }, 'must NOT have more than 4096'],
  ['nobody', { ...frame, to: 'Bob', type: 'text', text: { body: 'a' } }, '/to is no phone number'],
  ['an unknown key', { ...frame, type: 'text', text: { body: 'a', markup: 1 } }, 'markup'],
  ['four buttons', { ...frame, type: 'interactive', interactive: buttons(4) }, 'must NOT have more than 3 items'],
  [
    'the same title twice',
    {
      ...frame,
      type: 'interactive',
      interactive: {
        type: 'button',
        body: { text: 'a' },
        action: { buttons: ['1', '2'].map((id) => ({ type: 'reply', reply: { id, title: 'Same' } })) },
      },
    },
    'the same title twice',
  ],
  [
    'twelve rows in two sections',
    {
      ...frame,
      type: 'interactive',
      interactive: {
        type: 'list',
        body: { text: 'a' },
        action: {
          button: 'Open',
          sections: [
            { title: 'A', rows: rows(0) },
            { title: 'B', rows: rows(10) },
          ],
        },
      },
    },
    'more than 10 rows',
  ],
  ['no body at all', [], 'must be object'],
])('%s is refused', async (_what, body, words) => {
  const { status, body: answer } = await send(body);
  expect(status).toBe(400);
  expect(answer.error).toMatchObject({
    type: 'OAuthException',
    code: 100,
    error_data: { messaging_product: 'whatsapp' },
  });
  expect(dig(answer, 'error', 'error_data', 'details')).toContain(words);
  const [call] = simulator.calls();
  expect(call?.schemaErrors.join()).toContain(words);
  expect(call?.messageId).toBeUndefined();
});

test('no token, no such path', async () => {
  const body = { ...frame, type: 'text', text: { body: 'a' } };
  const unauthorised = await send(body, {});
  expect([unauthorised.status, dig(unauthorised.body, 'error', 'code')]).toEqual([401, 190]);
  const lost = await post(`${simulator.url}/whatsapp/${NUMBER}/messages`, body, { authorization: 'Bearer t' });
  expect([lost.status, dig(lost.body, 'error', 'error_subcode')]).toEqual([400, 33]);
});

const said = { customer };
const item = ['entry', 0, 'changes', 0, 'value', 'messages', 0] as const;
const ACTIONS: [WhatsappAction, (string | number)[], unknown][] = [
  [{ ...said, kind: 'text', text: 'hola', replyTo: 'wamid.q' }, ['context', 'id'], 'wamid.q'],
  [{ ...said, kind: 'text', text: 'hola', group: 'g1' }, ['group_id'], 'g1'],
  [
    { ...said, kind: 'button', buttonId: 'y', title: 'Yes' },
    ['interactive', 'button_reply'],
    { id: 'y', title: 'Yes' },
  ],
  [{ ...said, kind: 'list', rowId: 'r', title: 'Row' }, ['interactive', 'list_reply'], { id: 'r', title: 'Row' }],
  [{ ...said, kind: 'template-button', payload: 'p', title: 'T' }, ['button'], { payload: 'p', text: 'T' }],
  [{ ...said, kind: 'photo', caption: 'c' }, ['image', 'caption'], 'c'],
  [{ ...said, kind: 'video' }, ['video', 'mime_type'], 'video/mp4'],
  [{ ...said, kind: 'voice' }, ['audio', 'voice'], true],
  [{ ...said, kind: 'audio' }, ['audio', 'voice'], false],
  [{ ...said, kind: 'sticker' }, ['sticker', 'animated'], false],
  [{ ...said, kind: 'document', name: 'a.pdf' }, ['document', 'filename'], 'a.pdf'],
  [{ ...said, kind: 'location', latitude: 1, longitude: 2 }, ['location'], { latitude: 1, longitude: 2 }],
  [{ ...said, kind: 'contact', phone: '+1555', firstName: 'A' }, ['contacts', 0, 'phones', 0, 'wa_id'], '1555'],
  [
    { ...said, kind: 'reaction', messageId: 'wamid.o', emoji: '👍' },
    ['reaction'],
    { message_id: 'wamid.o', emoji: '👍' },
  ],
  [{ ...said, kind: 'reaction', messageId: 'wamid.o', emoji: '' }, ['reaction'], { message_id: 'wamid.o' }],
  [{ ...said, kind: 'edit', messageId: 'wamid.o', text: 'n' }, ['edit', 'message', 'text', 'body'], 'n'],
  [{ ...said, kind: 'delete', messageId: 'wamid.o' }, ['revoke', 'original_message_id'], 'wamid.o'],
  [{ ...said, kind: 'unsupported', code: 131060 }, ['errors', 0, 'code'], 131060],
  [{ ...said, kind: 'identity', newUserId: 'US.2' }, ['system', 'user_id'], 'US.2'],
  [{ ...said, kind: 'identity', newPhone: '+1666' }, ['system', 'wa_id'], '1666'],
];

test.each(ACTIONS)('webhook of %o', (action, path, value) => {
  const payload = JSON.parse(simulator.webhook('whatsapp', action, { account: NUMBER }).body);
  expect(dig(payload, 'entry', 0, 'changes', 0, 'value', 'metadata', 'phone_number_id')).toBe(NUMBER);
  expect(dig(payload, ...item)).toMatchObject({
    from: '15550001111',
    from_user_id: 'US.1001',
    timestamp: String(NOW / 1000),
  });
  expect(dig(payload, ...item, ...path)).toEqual(value);
  const type = String(dig(payload, ...item, 'type'));
  expect(dig(payload, ...item, type)).toBeDefined();
});

test('a customer without a phone has none anywhere', () => {
  const { body } = simulator.webhook('whatsapp', {
    kind: 'text',
    customer: { userId: 'US.77', username: 'zoe' },
    text: 'a',
  });
  const value = dig(JSON.parse(body), 'entry', 0, 'changes', 0, 'value');
  expect(dig(value, 'contacts')).toEqual([{ profile: { username: 'zoe' }, user_id: 'US.77' }]);
  expect(dig(value, 'messages', 0)).not.toHaveProperty('from');
  expect(() => simulator.webhook('whatsapp', { kind: 'text', customer: {}, text: 'a' })).toThrow(TypeError);
});

test('a status finds whom the message went to', async () => {
  const sent = await send({ ...frame, biz_opaque_callback_data: 'slot-1', type: 'text', text: { body: 'a' } });
  const messageId = String(dig(sent.body, 'messages', 0, 'id'));
  const statusOf = (status: 'sent' | 'delivered' | 'read' | 'failed') =>
    dig(
      JSON.parse(simulator.webhook('whatsapp', { kind: 'status', status, messageId }).body),
      'entry',
      0,
      'changes',
      0,
      'value',
      'statuses',
      0,
    );
  for (const status of ['sent', 'delivered', 'read'] as const)
    expect(statusOf(status)).toMatchObject({
      id: messageId,
      status,
      recipient_id: '15550001111',
      biz_opaque_callback_data: 'slot-1',
    });
  expect(statusOf('failed')).toMatchObject({ status: 'failed', errors: [{ code: 131026 }] });
});

test('echoes of a person and of an automation', () => {
  const echo = (automated: boolean) =>
    dig(
      JSON.parse(simulator.webhook('whatsapp', { kind: 'echo', customer, text: 'I am here', automated }).body),
      'entry',
      0,
      'changes',
      0,
    );
  expect(echo(false)).toMatchObject({
    field: 'smb_message_echoes',
    value: { message_echoes: [{ to: '15550001111', to_user_id: 'US.1001', text: { body: 'I am here' } }] },
  });
  expect(dig(echo(false), 'value', 'message_echoes', 0)).not.toHaveProperty('message_creation_type');
  expect(dig(echo(true), 'value', 'message_echoes', 0, 'message_creation_type')).toBe('created_by_1p_bot');
});

test('a batch is one signed POST with an id for each action, written as Meta writes JSON', () => {
  const webhook = simulator.webhook(
    'whatsapp',
    [
      { kind: 'text', customer, text: 'café / 🚀' },
      { kind: 'text', customer, text: 'b', account: '999', id: 'wamid.own' },
      { kind: 'status', status: 'read', messageId: 'wamid.o', customer },
    ],
    { account: NUMBER, secret: 'app-secret-1' },
  );
  expect(webhook.body).toContain('caf\\u00e9 \\/ \\ud83d\\ude80');
  const hex = createHmac('sha256', 'app-secret-1').update(Buffer.from(webhook.body)).digest('hex');
  expect(webhook.headers['x-hub-signature-256']).toBe(`sha256=${hex}`);
  const changes = dig(JSON.parse(webhook.body), 'entry', 0, 'changes');
  expect([0, 1, 2].map((i) => dig(changes, i, 'value', 'metadata', 'phone_number_id'))).toEqual([
    NUMBER,
    '999',
    NUMBER,
  ]);
  expect(webhook.ids).toEqual([dig(changes, 0, 'value', 'messages', 0, 'id'), 'wamid.own', 'wamid.o']);
});
