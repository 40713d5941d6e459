import { expect, it } from 'vitest';
import type { Json } from '../../core/model.ts';
import { scripted } from '../testing.ts';
import { render } from './render.ts';
import { send, sendVoice, typing } from './send.ts';

const settings = {
  apiBase: 'https://graph.example',
  apiVersion: 'v26.0',
  phoneNumberId: '100',
  accessToken: 'token-of-a-test',
};
const accepted = { messaging_product: 'whatsapp', messages: [{ id: 'wamid.1' }] };
const part = render({ text: 'Hola' })[0]!;
const refused = (code: number, status = 400) => scripted(() => ({ status, body: { error: { code, message: 'no' } } }));

it.each([
  [{ to: '+34600000099' }, { recipient_type: 'individual', to: '+34600000099' }],
  [{ recipient: 'ES.9' }, { recipient_type: 'individual', recipient: 'ES.9' }],
  [{ group: 'R3J1' }, { recipient_type: 'group', to: 'R3J1' }],
] as [Json, object][])('reaches %o', async (address, to) => {
  const { http, requests } = scripted(() => ({ status: 200, body: accepted }));
  expect(await send(part, address, settings, http)).toEqual({ ok: true, platformId: 'wamid.1' });
  expect(requests).toEqual([
    {
      url: 'https://graph.example/v26.0/100/messages',
      body: { messaging_product: 'whatsapp', ...to, type: 'text', text: { body: 'Hola' } },
    },
  ]);
});

it.each([
  [190, 'account'],
  [0, 'account'],
  [10, 'account'],
  [218, 'account'],
  [131031, 'account'],
  [133010, 'account'],
  [131047, 'window'],
  [131026, 'recipient'],
  [131021, 'recipient'],
  [130403, 'recipient'],
  [131050, 'recipient'],
  [131062, 'recipient'],
  [131056, 'retry'],
  [130429, 'retry'],
  [131000, 'retry'],
  [131049, 'request'],
  [130472, 'request'],
  [100, 'request'],
  [132001, 'request'],
  [999_999, 'request'],
])('code %i is %s', async (code, failure) => {
  expect(await send(part, { to: '+1' }, settings, refused(code).http)).toMatchObject({
    ok: false,
    failure,
    error: { code: `WHATSAPP_${code}`, message: 'no', action: expect.stringMatching(/\w+ .*\./) },
  });
});

it.each([
  [131049, /category utility/],
  [131026, /may have no WhatsApp/],
  [131050, /stopped marketing/],
  [132000, /copy its body/],
  [132001, /no approved template/],
  [132005, /too long/],
  [132007, /no line breaks/],
  [132012, /copy its body/],
  [132015, /paused/],
  [132016, /for good/],
])('code %i says what to do about it', async (code, action) => {
  const result = await send(part, { to: '+1' }, settings, refused(code).http);
  expect(result).toMatchObject({ ok: false, error: { action: expect.stringMatching(action) } });
  expect(!result.ok && result.failure).not.toBe('retry');
});

it('sees an error in an answer with status 200', async () => {
  expect(await send(part, { to: '+1' }, settings, refused(131047, 200).http)).toMatchObject({ failure: 'window' });
});

it('uploads a voice note, then sends it to whoever it is for', async () => {
  const { http, requests } = scripted((_, index) => ({ status: 200, body: index === 0 ? { id: '77' } : accepted }));
  const result = await sendVoice(Buffer.from('OggS'), { recipient: 'ES.9' }, settings, http);
  expect(result).toEqual({ ok: true, platformId: 'wamid.1' });
  expect(requests.map(({ url }) => url)).toEqual([
    'https://graph.example/v26.0/100/media',
    'https://graph.example/v26.0/100/messages',
  ]);
  expect(requests[1]!.body).toEqual({
    ...{ messaging_product: 'whatsapp', recipient_type: 'individual', recipient: 'ES.9' },
    ...{ type: 'audio', audio: { id: '77', voice: true } },
  });
});

it.each([
  [131053, 400, 'request'],
  [100, 400, 'request'],
  [4, 429, 'retry'],
  [190, 401, 'account'],
])('an upload that ends with code %i is %s', async (code, status, failure) => {
  const { http, requests } = refused(code, status);
  expect(await sendVoice(Buffer.from('x'), { to: '+1' }, settings, http)).toMatchObject({ ok: false, failure });
  expect(requests).toHaveLength(1);
});

it('marks the last message as read while it types, and does nothing without one', async () => {
  const { http, requests } = scripted(() => ({ status: 200, body: { success: true } }));
  await typing({ to: '+1' }, undefined, settings, http);
  await typing({ to: '+1' }, 'wamid.7', settings, http);
  expect(requests.map(({ body }) => body)).toEqual([
    { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.7', typing_indicator: { type: 'text' } },
  ]);
});
