import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { createHttp } from '../adapters/net/http-client.ts';
import { channelContract, type PlatformSamples } from '../contracts/channel.ts';
import type { Json } from '../core/model.ts';
import { createCallChannel } from './call/call.ts';
import frames from './call/frames.json' with { type: 'json' };
import { instagram } from './instagram/instagram.ts';
import { telegram } from './telegram/telegram.ts';
import { waha } from './waha/waha.ts';
import chatFrames from './web/frames.json' with { type: 'json' };
import { createWebChannel } from './web/web.ts';
import { whatsapp } from './whatsapp/whatsapp.ts';

const http = createHttp();
afterAll(() => http.close());
const kit = { describe, it, expect, http };

function bodies(channel: string): Record<string, Json> {
  const folder = new URL(`${channel}/samples/`, import.meta.url);
  return Object.fromEntries(
    readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Json]),
  );
}

const meta: Pick<PlatformSamples, 'sign' | 'signature' | 'refused'> = {
  signature: { setting: 'appSecret', coversBody: true },
  sign: (body, { appSecret }) => {
    const header = 'x-hub-signature-256';
    const signature = createHmac('sha256', appSecret!).update(body).digest('hex');
    return { header, headers: { [header]: `sha256=${signature}` } };
  },
  refused: (status, message) => ({ error: { message, code: { 401: 190, 429: 4, 500: 2 }[status] } }),
};

channelContract(
  telegram,
  {
    settings: { botToken: '6100:telegram-token-of-a-test', secretToken: 'telegram-secret-of-a-test' },
    bodies: bodies('telegram'),
    signature: { setting: 'secretToken', coversBody: false },
    sign: (_body, { secretToken }) => {
      const header = 'x-telegram-bot-api-secret-token';
      return { header, headers: { [header]: secretToken! } };
    },
    address: { chat_id: '7100200' },
    accepted: { ok: true, result: { message_id: 71, chat: { id: 7100200, type: 'private' } } },
    refused: (status, description) => ({ ok: false, error_code: status, description }),
  },
  kit,
);

channelContract(
  whatsapp,
  {
    ...meta,
    settings: {
      accessToken: 'whatsapp-token-of-a-test',
      phoneNumberId: '100200300400500',
      verifyToken: 'whatsapp-verify-token',
      appSecret: 'whatsapp-app-secret',
    },
    bodies: bodies('whatsapp'),
    address: { to: '+34600000099' },
    accepted: { messaging_product: 'whatsapp', messages: [{ id: 'wamid.answer' }] },
    uploaded: { id: '1000000000007919' },
  },
  kit,
);

channelContract(
  waha,
  {
    settings: { apiKey: 'waha-api-key-of-a-test', sessionId: 'shop', hmacKey: 'waha-hmac-key-of-a-test' },
    bodies: bodies('waha'),
    signature: { setting: 'hmacKey', coversBody: true },
    sign: (body, { hmacKey }) => {
      const header = 'x-webhook-hmac';
      return { header, headers: { [header]: createHmac('sha512', hmacKey!).update(body).digest('hex') } };
    },
    address: { chatId: '34600111222@c.us' },
    accepted: { id: 'true_34600111222@c.us_3EB0ANSWER' },
    refused: (statusCode, message) => ({ statusCode, message }),
  },
  kit,
);

channelContract(
  instagram,
  {
    ...meta,
    settings: {
      accessToken: 'instagram-token-of-a-test',
      accountId: '17841499000000001',
      verifyToken: 'instagram-verify-token',
      appSecret: 'instagram-app-secret',
    },
    bodies: bodies('instagram'),
    address: { id: '990000000000001' },
    accepted: { recipient_id: '990000000000001', message_id: 'mid.answer' },
  },
  kit,
);

channelContract(
  createCallChannel(),
  {
    settings: { greeting: 'Hello.', recording: 'on' },
    bodies: bodies('call'),
    address: { call: '01890a5d-ac96-774b-bcce-b302099a8057' },
    key: '01890a5d-ac96-774b-bcce-b302099a8057',
    frames: frames as unknown as Json[],
  },
  kit,
);

channelContract(
  createWebChannel(),
  {
    settings: { origins: 'https://shop.example', title: '', greeting: '' },
    bodies: bodies('web'),
    address: { chat: '019aa5f0-0000-7000-8000-000000000001' },
    frames: chatFrames as unknown as Json[],
  },
  kit,
);
