import { expect, it } from 'vitest';
import { scripted } from '../testing.ts';
import { render } from './render.ts';
import { send, typing } from './send.ts';

const settings = { apiBase: 'https://graph.example', accountId: '178', accessToken: 'token-of-a-test' };
const part = render({ text: 'Hola' })[0]!;
const address = { id: '99' };

it('sends as the account, or as the token’s own where no id is set', async () => {
  const { http, requests } = scripted(() => ({ status: 200, body: { recipient_id: '99', message_id: 'mid.1' } }));
  expect(await send(part, address, settings, http)).toEqual({ ok: true, platformId: 'mid.1' });
  await send(part, address, { ...settings, accountId: '' }, http);
  expect(requests.map(({ url }) => url)).toEqual([
    'https://graph.example/v25.0/178/messages',
    'https://graph.example/v25.0/me/messages',
  ]);
  expect(requests[0]!.body).toEqual({ recipient: { id: '99' }, messaging_type: 'RESPONSE', message: { text: 'Hola' } });
});

it.each([
  [{ code: 190 }, 'account'],
  [{ code: 200 }, 'account'],
  [{ code: 10, message: 'Permission denied' }, 'account'],
  [{ code: 10, error_subcode: 2534022 }, 'window'],
  [{ code: 10, message: 'This message is sent outside of allowed window.' }, 'window'],
  [{ code: 10, message: 'App is not the thread owner' }, 'request'],
  [{ code: 551 }, 'recipient'],
  [{ code: 100, error_subcode: 2534014 }, 'recipient'],
  [{ code: 100, error_subcode: 2534001 }, 'recipient'],
  [{ code: 613 }, 'retry'],
  [{ code: 100, is_transient: true }, 'retry'],
  [{ code: 100 }, 'request'],
  [{ code: 100, error_subcode: 2534013 }, 'request'],
])('%o is %s', async (error, failure) => {
  const { http } = scripted(() => ({ status: 400, body: { error } }));
  expect(await send(part, address, settings, http)).toMatchObject({
    ok: false,
    failure,
    error: { code: `INSTAGRAM_${error.code}`, action: expect.stringMatching(/\w+ .*\./) },
  });
});

it('marks as seen, then types', async () => {
  const { http, requests } = scripted(() => ({ status: 200, body: { recipient_id: '99' } }));
  await typing(address, undefined, settings, http);
  expect(requests.map(({ body }) => body)).toEqual([
    { recipient: { id: '99' }, sender_action: 'mark_seen' },
    { recipient: { id: '99' }, sender_action: 'typing_on' },
  ]);
});
