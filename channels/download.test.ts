/** Customers' files: from the platform's own hosts, bounded, and with no token where it does not belong. */
import { describe, expect, it } from 'vitest';
import { HttpError } from '../core/errors.ts';
import type { Channel, Http, HttpRequest, HttpResponse } from '../core/ports.ts';
import { instagram } from './instagram/instagram.ts';
import { telegram } from './telegram/telegram.ts';
import { waha } from './waha/waha.ts';
import { whatsapp } from './whatsapp/whatsapp.ts';

const TOKEN = '61:token-of-a-test';
const BYTES = Buffer.from('a file');
const LIMIT = 1000;

/** Gives JSON to whoever wants text, and a file to whoever wants bytes. */
function platform(json: object, file: Partial<HttpResponse> = {}) {
  const asked: HttpRequest[] = [];
  const http: Http = async (request) => {
    asked.push(request);
    if (request.limit === undefined) return { status: 200, headers: {}, text: JSON.stringify(json) };
    return { status: 200, headers: {}, text: '', bytes: BYTES, ...file };
  };
  return { http, asked };
}

const tg = { apiBase: 'https://api.telegram.org', botToken: TOKEN };
const wa = { apiBase: 'https://graph.facebook.com', apiVersion: 'v23.0', accessToken: TOKEN };
const wh = { apiBase: 'http://waha.example:3000', sessionId: 'shop', apiKey: TOKEN };
const ig = { apiBase: 'https://graph.instagram.com', accessToken: TOKEN };
const photo = (more: object) => ({ kind: 'image' as const, ...more });
const refused = (channel: Channel, medium: object, settings: Record<string, string>, http: Http) =>
  channel.download!(photo(medium), settings, http, LIMIT).then(
    () => 'it came',
    (error: Error) => error.message,
  );

describe('a file of a customer', () => {
  it('comes by getFile on Telegram', async () => {
    const { http, asked } = platform({ ok: true, result: { file_path: 'photos/file_7.jpg' } });
    expect(await telegram.download!(photo({ ref: 'AgAC/+=&x' }), tg, http, LIMIT)).toEqual(BYTES);
    expect(asked.map(({ method, url, limit }) => ({ method, url, limit }))).toEqual([
      { method: 'GET', url: `https://api.telegram.org/bot${TOKEN}/getFile?file_id=AgAC%2F%2B%3D%26x` },
      { method: 'GET', url: `https://api.telegram.org/file/bot${TOKEN}/photos/file_7.jpg`, limit: LIMIT },
    ]);
  });

  it('comes by its id and with the token on WhatsApp', async () => {
    const url = 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1';
    const { http, asked } = platform({ url });
    expect(await whatsapp.download!(photo({ ref: '1001' }), wa, http, LIMIT)).toEqual(BYTES);
    expect(asked.map(({ url, headers }) => [url, headers?.authorization])).toEqual([
      ['https://graph.facebook.com/v23.0/1001', `Bearer ${TOKEN}`],
      [url, `Bearer ${TOKEN}`],
    ]);
  });

  it.each([
    'https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1',
    'https://scontent-mad1-1.cdninstagram.com/v/1.jpg',
    'https://scontent.fmad3-1.fna.fbcdn.net/v/2.jpg',
  ])('comes from the delivery network and without a token on Instagram: %s', async (url) => {
    const { http, asked } = platform({});
    expect(await instagram.download!(photo({ url }), ig, http, LIMIT)).toEqual(BYTES);
    expect(JSON.stringify(asked)).not.toContain(TOKEN);
  });

  it.each([
    'http://lookaside.fbsbx.com/x',
    'https://169.254.169.254/latest/meta-data',
    'http://127.0.0.1:1880/admin',
    'https://evil.example/lookaside.fbsbx.com',
    'https://lookaside.fbsbx.com.evil.example/x',
    'https://evilfbcdn.net/x',
    'https://lookaside.fbsbx.com@evil.example/x',
    'https://user:word@lookaside.fbsbx.com/x',
    'https://lookaside.fbsbx.com:8443/x',
    'file:///etc/passwd',
    'no address',
  ])('is fetched from no other place: %s', async (url) => {
    const { http, asked } = platform({ url });
    expect(await refused(whatsapp, { ref: '1001' }, wa, http)).toContain('none of the platform');
    expect(await refused(instagram, { url }, ig, http)).toContain('none of the platform');
    expect(asked.map((request) => request.url)).toEqual(['https://graph.facebook.com/v23.0/1001']);
  });

  it.each(['../../etc/passwd', 'photos/../x', '/abs', 'https://evil.example/x', '', 'a b'])(
    'has a path of its own on Telegram: "%s" is none',
    async (file_path) => {
      const { http, asked } = platform({ ok: true, result: { file_path } });
      expect(await refused(telegram, { ref: 'AgAC' }, tg, http)).toContain('no path');
      expect(asked).toHaveLength(1);
    },
  );

  it.each(['1001/../me', '1001?fields=x', '', 'a b'])(
    'has an id that is one on WhatsApp: "%s" is none',
    async (ref) => {
      const { http, asked } = platform({});
      expect(await refused(whatsapp, { ref }, wa, http)).toContain('no id');
      expect(asked).toHaveLength(0);
    },
  );

  it('comes from the account’s own WAHA, whatever address that gives itself', async () => {
    const { http, asked } = platform({});
    const ref = '/api/files/shop/3EB0%20A.jpeg';
    expect(await waha.download!(photo({ ref }), wh, http, LIMIT)).toEqual(BYTES);
    expect(asked).toMatchObject([
      { method: 'GET', url: `http://waha.example:3000${ref}`, headers: { 'x-api-key': TOKEN }, limit: LIMIT },
    ]);
  });

  it('is asked for where WAHA did not fetch it yet', async () => {
    const { http, asked } = platform({ media: { url: 'http://localhost:3000/api/files/shop/3EB0A011.oga' } });
    expect(await waha.download!(photo({ ref: 'false_346@c.us_3EB0A011' }), wh, http, LIMIT)).toEqual(BYTES);
    expect(asked.map(({ url }) => url)).toEqual([
      'http://waha.example:3000/api/shop/chats/346%40c.us/messages/false_346%40c.us_3EB0A011?downloadMedia=true',
      'http://waha.example:3000/api/files/shop/3EB0A011.oga',
    ]);
  });

  it.each([
    '/api/files/../sessions',
    '/api/files/%2e%2E/sessions',
    '/api/files/shop/..',
    '/api/files/',
    '/api/sessions/shop',
    '/api/files/a?b=c',
    'http://169.254.169.254/api/files/x',
    '',
  ])('has a path among WAHA’s files: "%s" is none', async (ref) => {
    const { http, asked } = platform({});
    expect(await refused(waha, { ref }, wh, http)).toMatch(/no path|no id/);
    expect(asked).toHaveLength(0);
  });

  it('leads nowhere else where WAHA itself names another place', async () => {
    const elsewhere = platform({ media: { url: 'http://169.254.169.254/api/files/x/y' } });
    expect(await waha.download!(photo({ ref: 'false_346@c.us_A' }), wh, elsewhere.http, LIMIT)).toEqual(BYTES);
    expect(elsewhere.asked.at(-1)!.url).toBe('http://waha.example:3000/api/files/x/y');
    const stored = platform({ media: { url: 'https://s3.example/bucket/y' } });
    expect(await refused(waha, { ref: 'false_346@c.us_A' }, wh, stored.http)).toContain('no path');
  });

  it('does not come by a redirect, empty, or with an error that tells the address', async () => {
    const url = 'https://scontent.cdninstagram.com/v/1.jpg?secret';
    expect(await refused(instagram, { url }, ig, platform({}, { status: 302 }).http)).toContain('302');
    expect(await refused(instagram, { url }, ig, platform({}, { bytes: Buffer.alloc(0) }).http)).toContain('empty');
    const broken: Http = async () => {
      throw new HttpError('The file has more than 1000 bytes.', true);
    };
    const message = await refused(instagram, { url }, ig, broken);
    expect(message).toContain('more than 1000 bytes');
    expect(message).not.toContain('secret');
  });
});
