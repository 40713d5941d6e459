/** Files that colleagues send from the inbox, on the real product: by each platform's own way, once, whatever happens meanwhile, and harmless. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UploadView } from '../../core/desk/views.ts';
import { type Call, type PlatformId, startSimulator } from '../../simulator/index.ts';
import { type EchoBot, startEchoBot } from '../support/echo-bot.ts';
import { freePort, startServer } from '../support/server.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEUlEQVR4nGP4z8DAAMZAwAAAI+oF+0PDCq0AAAAASUVORK5CYII=',
  'base64',
);
const PDF = Buffer.from('%PDF-1.4\n%âãÏÓ\n');
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>');
const PUBLIC = 'https://bot.example';
const MB = 1024 * 1024;
const TOKEN = { authorization: 'Bearer word-for-machines' };

let echo: EchoBot;
let person = 34_600_900_000;
const CUSTOMER = {
  telegram: (id: number) => ({ id, firstName: 'Ana' }),
  whatsapp: (id: number) => ({ phone: String(id), name: 'Ana' }),
  waha: (id: number) => ({ phone: String(id) }),
  instagram: (id: number) => ({ id: String(id) }),
};

beforeAll(async () => {
  process.env.DRAGOMAN_API_TOKEN = 'word-for-machines';
  process.env.DRAGOMAN_PUBLIC_URL = PUBLIC;
  echo = await startEchoBot({ telegram: {}, whatsapp: {}, waha: {}, instagram: {} });
}, 60_000);
afterAll(async () => {
  delete process.env.DRAGOMAN_API_TOKEN;
  delete process.env.DRAGOMAN_PUBLIC_URL;
  await echo.stop();
});

const at = (url: string, route: string) => `${url}/dragoman/api/v1/inbox${route}`;
const here = () => echo.bot.runtime.url;

/** Somebody writes. @returns his thread and conversation */
async function writes(platform: PlatformId): Promise<{ thread: string; id: string }> {
  const thread = ++person;
  await echo.happens(platform, { kind: 'text', customer: CUSTOMER[platform](thread), text: 'Hi' } as never);
  return { thread: String(thread), id: (await echo.conversation(thread)).id };
}

async function put(id: string, name: string, body: Buffer, url = here()) {
  const address = at(url, `/conversations/${id}/uploads?name=${encodeURIComponent(name)}`);
  const answer = await fetch(address, { method: 'POST', headers: TOKEN, body: new Uint8Array(body) });
  return { status: answer.status, body: (await answer.json()) as UploadView & { error: { code: string } } };
}
const kept = async (id: string, name: string, body: Buffer) => (await put(id, name, body)).body;

async function replies(id: string, body: object, url = here()) {
  const answer = await fetch(at(url, `/conversations/${id}/reply`), {
    method: 'POST',
    headers: { ...TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({ text: '', ...body }),
  });
  return { status: answer.status, body: (await answer.json()) as { id: string; media: object[]; state: string } };
}
const shown = (thread: string) => echo.bot.shown({ thread }).slice(1);
const file = (message: string, place = 0) =>
  fetch(at(here(), `/messages/${message}/files/${place}`), { headers: TOKEN });

describe('a file that a colleague sends', () => {
  it('goes along to Telegram, as a picture where it is one, with what is said after it', async () => {
    const { thread, id } = await writes('telegram');
    const files = [await kept(id, 'Küche “neu”.png', PNG), await kept(id, '../../etc/Preis"liste.pdf', PDF)];
    expect(files).toMatchObject([
      { kind: 'image', name: 'Küche “neu”.png', size: PNG.length },
      { kind: 'document', name: 'Preisliste.pdf' },
    ]);
    const sent = await replies(id, { uploads: files.map((one) => one.id), text: 'Here they are.' });
    expect(sent.body).toMatchObject({ state: 'sent' });
    expect(shown(thread).map(({ method, body, schemaErrors }) => [method, body, schemaErrors])).toMatchObject([
      ['sendPhoto', { photo: { name: 'Küche “neu”.png', type: 'image/png', bytes: PNG.length } }, []],
      ['sendDocument', { document: { name: 'Preisliste.pdf', type: 'application/pdf', bytes: PDF.length } }, []],
      ['sendMessage', { text: 'Here they are.' }, []],
    ]);
  });

  it('is uploaded to WhatsApp first, and named by its id', async () => {
    const { thread, id } = await writes('whatsapp');
    const { id: upload } = await kept(id, 'Preisliste.pdf', PDF);
    await replies(id, { uploads: [upload] });
    const [call] = shown(thread);
    expect(call).toMatchObject({
      schemaErrors: [],
      body: { type: 'document', document: { filename: 'Preisliste.pdf' } },
    });
    expect(JSON.stringify(call!.body)).not.toContain('upload:');
    const uploads = echo.bot.simulator
      .calls({ platform: 'whatsapp' })
      .filter(({ method }) => method === 'media.upload');
    expect(uploads.at(-1)!.body).toMatchObject({ file: { name: 'Preisliste.pdf', type: 'application/pdf' } });
  });

  it('is in the request to WAHA', async () => {
    const { thread, id } = await writes('waha');
    const { id: upload } = await kept(id, 'x.png', PNG);
    await replies(id, { uploads: [upload] });
    expect(shown(thread)).toMatchObject([
      {
        method: 'sendImage',
        body: { file: { mimetype: 'image/png', filename: 'x.png', data: `${PNG.length} bytes` } },
      },
    ]);
  });

  it('is fetched by Instagram, by nobody who does not know its address, and only where it is fetched', async () => {
    const { thread, id } = await writes('instagram');
    const { id: upload } = await kept(id, 'x.png', PNG);
    await replies(id, { uploads: [upload] });
    const url = (shown(thread)[0]!.media![0]!.url ?? '').replace(PUBLIC, here());
    expect(url).toBe(`${here()}/dragoman/files/${upload}/x.png`);
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(PNG);
    const other = await kept((await writes('telegram')).id, 'x.png', PNG);
    for (const one of [other.id, 'x', `${upload}0`])
      expect((await fetch(`${here()}/dragoman/files/${one}/x.png`)).status).toBe(404);
  });

  it('is shown again to colleagues as what it is; what a browser could run only to be saved', async () => {
    const { id } = await writes('telegram');
    const files = [await kept(id, 'a.png', PNG), await kept(id, 'logo.png', SVG), await kept(id, 'page.html', SVG)];
    expect(files.map(({ kind }) => kind)).toEqual(['image', 'document', 'document']);
    const { body } = await replies(id, { uploads: files.map((one) => one.id) });
    const picture = await file(body.id);
    expect([picture.headers.get('content-type'), Buffer.from(await picture.arrayBuffer())]).toEqual(['image/png', PNG]);
    for (const place of [1, 2]) {
      const { headers } = await file(body.id, place);
      expect(headers.get('content-type')).toBe('application/octet-stream');
      expect(headers.get('content-disposition')).toMatch(/^attachment; filename="(logo\.png|page\.html)"$/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain('sandbox');
    }
  });

  it('of 10 MB is taken where the platform takes it, and said to be too large elsewhere, before anything is sent', async () => {
    const large = Buffer.concat([PNG, Buffer.alloc(10 * MB - PNG.length)]);
    const telegram = await writes('telegram');
    const { id } = await kept(telegram.id, 'large.png', large);
    expect((await replies(telegram.id, { uploads: [id] })).body.state).toBe('sent');
    expect(shown(telegram.thread)[0]!.body).toMatchObject({ photo: { bytes: 10 * MB } });
    const waha = await writes('waha');
    await replies(waha.id, { uploads: [(await kept(waha.id, 'large.png', large)).id] });
    expect(shown(waha.thread)[0]!.body).toMatchObject({ file: { data: `${10 * MB} bytes` } });
    const whatsapp = await writes('whatsapp');
    const larger = Buffer.concat([large, Buffer.alloc(1)]);
    expect([
      (await put(whatsapp.id, 'large.png', large)).status,
      (await put(telegram.id, 'larger.png', larger)).status,
      (await put(whatsapp.id, 'x.exe', Buffer.from('MZ\x90\0'))).status,
      (await put(whatsapp.id, 'x', Buffer.alloc(0))).status,
      (await put('nobody', 'x.png', PNG)).status,
    ]).toEqual([413, 413, 400, 400, 404]);
  });

  it('cannot be sent in another conversation than the one it was given for', async () => {
    const [mine, other] = [await writes('telegram'), await writes('telegram')];
    const { id } = await kept(other.id, 'x.png', PNG);
    expect((await replies(mine.id, { uploads: [id] })).status).toBe(400);
    expect((await replies(mine.id, { uploads: ['unknown'] })).status).toBe(400);
    expect(shown(mine.thread)).toEqual([]);
  });

  it('is sent once more where the platform was away, and not where nobody knows', async () => {
    const { thread, id } = await writes('telegram');
    const target = { platform: 'telegram' as const, thread };
    const first = await kept(id, 'a.png', PNG);
    echo.bot.simulator.faults.set(target, { kind: 'server-error', times: 1 });
    expect((await replies(id, { uploads: [first.id] })).body.state).toBe('queued');
    echo.clock.advance(60_000);
    await echo.bot.until(() => shown(thread).length === 1);
    await echo.bot.quiet();
    const second = await kept(id, 'b.png', PNG);
    echo.bot.simulator.faults.set(target, { kind: 'accept-then-drop', times: 1 });
    const { body } = await replies(id, { uploads: [second.id] });
    expect(body.state).toBe('unknown');
    echo.clock.advance(3_600_000);
    await echo.bot.quiet();
    expect(shown(thread).map(({ body: told }) => (told as { photo: { name: string } }).photo.name)).toEqual([
      ...['a.png', 'b.png'],
    ]);
  });

  it('goes with its customer when he is forgotten', async () => {
    const { id } = await writes('telegram');
    const upload = await kept(id, 'x.png', PNG);
    await replies(id, { uploads: [upload.id] });
    const { contactId } = await echo.bot.engine.store.conversation(id).then((one) => one!);
    const { data } = await echo.bot.engine.people.export({ contact: contactId! });
    expect(data.upload).toMatchObject([{ name: 'x.png', size: PNG.length }]);
    expect(data.upload[0]).not.toHaveProperty('content');
    const { erased } = await echo.bot.engine.people.forget({ contact: contactId! });
    expect([erased.upload, await echo.bot.engine.store.upload(upload.id)]).toEqual([1, null]);
  });
});

it('is told in the conversation what may be sent, and why nothing where the server is not known to the world', async () => {
  const takes = async (platform: PlatformId) => {
    const { id } = await writes(platform);
    return (await echo.bot.engine.inbox.read(id, { limit: 1 }, { name: 'x', numbers: false })).takes;
  };
  expect((await takes('whatsapp')).limits.image).toEqual({ most: 5 * MB, types: ['image/jpeg', 'image/png'] });
  expect((await takes('instagram')).why).toBeUndefined();
  process.env.DRAGOMAN_PUBLIC_URL = '';
  const account = echo.bot.engine.registry.account('instagram-account')!;
  const before = account.simulated;
  account.simulated = false;
  expect(await takes('instagram')).toEqual({ limits: {}, why: 'address' });
  account.simulated = before;
  process.env.DRAGOMAN_PUBLIC_URL = PUBLIC;
});

it('waits over a kill of the process, and leaves once', { timeout: 120_000 }, async () => {
  const data = await mkdtemp(path.join(tmpdir(), 'dragoman-uploads-'));
  const platform = await startSimulator();
  const env = {
    ...{ PORT: String(await freePort()), DRAGOMAN_DATA: data, DRAGOMAN_API_TOKEN: 'word-for-machines' },
    ...{ TELEGRAM_API_BASE: `${platform.url}/telegram`, TELEGRAM_BOT_TOKEN: '1:uploads', DRAGOMAN_SIMULATOR: 'off' },
  };
  let server = await startServer(env);
  const files = (): Call[] =>
    platform.calls({ platform: 'telegram' }).filter(({ method }) => method === 'sendDocument');
  try {
    const { headers, body } = platform.webhook('telegram', {
      ...{ kind: 'text', customer: { id: 77, firstName: 'Ana' }, text: 'Hola' },
    });
    await fetch(`${server.url}/api/integrations/webhooks/telegram/`, { method: 'POST', headers, body });
    const list = async () =>
      (await (await fetch(at(server.url, '?queue=all'), { headers: TOKEN })).json()) as { rows: { id: string }[] };
    await expect.poll(async () => (await list()).rows.length).toBe(1);
    const { id } = (await list()).rows[0]!;
    const upload = await put(id, 'a.pdf', PDF, server.url);
    const sent = await replies(id, { uploads: [upload.body.id], undo: true }, server.url);
    expect(sent.body.state).toBe('queued');
    await server.kill();
    expect(files()).toEqual([]);
    server = await startServer(env);
    await expect.poll(() => files().length, { timeout: 30_000 }).toBe(1);
    await server.kill();
    server = await startServer(env);
    const detail = async () =>
      (await (await fetch(at(server.url, `/conversations/${id}`), { headers: TOKEN })).json()) as {
        messages: { id: string; state: string }[];
      };
    const message = (await detail()).messages.find((one) => one.id === sent.body.id);
    expect(message?.state).toMatch(/^(?:sent|unknown)$/);
    expect(files().map(({ body: told }) => told)).toMatchObject([{ document: { name: 'a.pdf', bytes: PDF.length } }]);
  } finally {
    await server.kill();
    await platform.stop();
    await rm(data, { recursive: true, force: true });
  }
});
