/** What the account's dialog asks the server: for who may change flows, with what is typed or stored, and never a secret back. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import { nodeRed } from '../support/node-red.ts';

const { hashSync } = nodeRed('bcryptjs');
const STORED = '616161:AAH-stored-in-the-node';

let platform: RunningSimulator;
let bot: Dragoman;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  platform = await startSimulator();
  const user = (username: string, permissions: string) => ({ username, password: hashSync('pw', 4), permissions });
  bot = await startDragoman({
    flows: [
      accountConfig('kept'),
      { id: 'in', type: 'dragoman-channel-in', account: 'kept', version: 1, wires: [[]] },
      { id: 'other', type: 'mqtt-broker', config: true, broker: '' },
    ],
    credentials: { kept: { telegram__botToken: STORED } },
    env: {
      TELEGRAM_API_BASE: `${platform.url}/telegram`,
      WHATSAPP_API_BASE: `${platform.url}/whatsapp`,
      INSTAGRAM_API_BASE: `${platform.url}/instagram`,
      NAMED_TOKEN: '717171:AAH-from-a-variable',
    },
    settings: {
      adminAuth: { type: 'credentials', users: [user('writer', '*'), user('reader', 'read')] },
    },
  });
  for (const username of ['writer', 'reader']) {
    const answer = await fetch(`${bot.runtime.url}/admin/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: 'node-red-admin',
        grant_type: 'password',
        scope: '*',
        username,
        password: 'pw',
      }),
    });
    tokens[username] = ((await answer.json()) as { access_token: string }).access_token;
  }
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await platform.stop();
});
beforeEach(() => platform.reset());

async function ask(body: object, { as = 'writer', at = '' }: { as?: string; at?: string } = {}) {
  const answer = await fetch(`${bot.runtime.url}/admin/dragoman/connection${at}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(tokens[as] && { authorization: `Bearer ${tokens[as]}` }) },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  expect(text).not.toContain(STORED);
  return { status: answer.status, json: answer.status === 401 ? undefined : JSON.parse(text) };
}
const typed = (token: string) => ({ credentials: { telegram__botToken: token } });

it('is for who may change flows', async () => {
  for (const at of ['', '/webhook'])
    for (const as of ['nobody', 'reader'])
      expect((await ask({ id: 'kept', channel: 'telegram', url: 'https://a.example' }, { as, at })).status).toBe(401);
  expect(platform.calls()).toEqual([]);
});

it('takes what is stored, what is typed over it, and variables by their name', async () => {
  const who = async (more: object) => (await ask({ id: 'kept', channel: 'telegram', ...more })).json.who;
  expect(await who({})).toEqual({ name: '@simulated_616161_bot', id: '616161' });
  expect(await who(typed('515151:typed'))).toMatchObject({ id: '515151' });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED's own way to name a variable
  expect(await who(typed('${NAMED_TOKEN}'))).toMatchObject({ id: '717171' });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as above
  expect(await ask({ id: 'kept', channel: 'telegram', ...typed('${NO_SUCH_TOKEN}') })).toMatchObject({
    json: { error: { code: 'SETTING_INVALID', message: expect.stringContaining('NO_SUCH_TOKEN') } },
  });
});

it('asks Meta for the number and the account', async () => {
  const whatsapp = { id: 'new', channel: 'whatsapp', settings: { phoneNumberId: '4711' } };
  expect((await ask({ ...whatsapp, credentials: { whatsapp__accessToken: 'EAAG' } })).json).toEqual({
    simulated: false,
    who: { name: '+1 555-0100 (Simulated number)', id: '4711' },
  });
  const instagram = { id: 'new', channel: 'instagram', credentials: { instagram__accessToken: 'IGAA' } };
  expect((await ask(instagram)).json.who).toMatchObject({ name: '@simulated_account' });
  platform.faults.set({ platform: 'whatsapp' }, { kind: 'bad-token' });
  platform.faults.set({ platform: 'instagram' }, { kind: 'server-error', calls: 'all' });
  expect((await ask({ ...whatsapp, credentials: { whatsapp__accessToken: 'EAAG' } })).json.error).toMatchObject({
    code: 'ACCOUNT_NOT_CONFIGURED',
    message: expect.stringContaining('Session has expired'),
    action: expect.stringContaining('access token'),
  });
  expect((await ask(instagram)).json.error).toMatchObject({ code: 'SEND_FAILED', action: 'Try again in a minute.' });
});

it('registers where the platform lets it, by https only, and not while the account polls', async () => {
  const url = 'https://bot.example/hook';
  const at = '/webhook';
  const secret = { credentials: { telegram__secretToken: 'a_word_of_ours' } };
  expect((await ask({ id: 'kept', channel: 'telegram', url, ...secret }, { at })).json).toMatchObject({
    webhook: { url, pending: 0 },
  });
  expect(platform.calls()[0]).toMatchObject({ account: STORED, body: { url, secret_token: 'a_word_of_ours' } });
  const refused = async (more: object) =>
    (await ask({ id: 'kept', channel: 'telegram', url, ...more }, { at })).json.error as { code: string };
  expect(await refused({ url: 'http://bot.example/hook' })).toMatchObject({ code: 'BAD_REQUEST' });
  expect(await refused({ settings: { receive: 'polling' } })).toMatchObject({ code: 'BAD_REQUEST' });
  expect(await refused({ channel: 'whatsapp' })).toMatchObject({ code: 'BAD_REQUEST' });
  expect(await refused({ channel: 'pigeon' })).toMatchObject({ code: 'CHANNEL_MISSING' });
  expect(await refused({ settings: { receive: 'by foot' } })).toMatchObject({ code: 'SETTING_INVALID' });
  expect(await refused({ credentials: [] })).toMatchObject({ code: 'BAD_REQUEST' });
  expect(await refused({ credentials: { telegram__botToken: { toString: 1 } } })).toMatchObject({
    code: 'BAD_REQUEST',
  });
});

it('names no secret where nobody answers, and lends no credentials to another node', async () => {
  const nowhere = { id: 'kept', channel: 'telegram', settings: { apiBase: 'http://127.0.0.1:1' } };
  // The try has an answer, though the platform has none.
  expect(await ask(nowhere)).toMatchObject({ status: 200, json: { error: { code: 'SEND_FAILED' } } });
  const strange = { id: 'other', channel: 'telegram' };
  // A node of another kind has no credentials for this: the stand-in on this machine is asked.
  expect((await ask(strange)).json).toMatchObject({ who: { name: expect.any(String) } });
  expect(platform.calls().every(({ account }) => account !== STORED)).toBe(true);
});
