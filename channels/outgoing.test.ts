/** Everything the channels send, against the stand-in platforms, which check every request by schemas that share nothing with the renderers. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from '../adapters/net/http-client.ts';
import type { Json, MessageTemplate } from '../core/model.ts';
import type { Channel, ChannelSettings, Outgoing, ParsedMessage, SendFailure } from '../core/ports.ts';
import { type Fault, type PlatformId, startSimulator, type WebhookRequest } from '../simulator/index.ts';
import { instagram } from './instagram/instagram.ts';
import { telegram } from './telegram/telegram.ts';
import { waha } from './waha/waha.ts';
import { whatsapp } from './whatsapp/whatsapp.ts';

const simulator = await startSimulator();
const http = createHttp();
afterAll(async () => {
  await http.close();
  await simulator.stop();
});
beforeEach(() => simulator.reset());

const buttons = (count: number, title: string) =>
  Array.from({ length: count }, (_, index) => ({ id: `id:${index}`, title: `${title} ${index + 1}` }));
const url = 'https://cdn.example.com/file';

const CONTENTS: Record<string, Outgoing> = {
  'a short text': { text: 'Hola' },
  'Markdown of every kind': {
    text: '# Guía\n\n**Reinicie** el *router*, ~~espere~~ `30 s`.\n- luz [roja](https://example.com/a_b_c?x=1&y="2")\n1. uno\n> cita\n```\nping <ip> & wait\n```\n2*3*4_a_b [x](y) <b> & "q" https://example.com/_a_/b',
  },
  'markup that does not close': { text: '**a _b `c ~~d [e](https://x.y <i>f</i>\n```\nopen' },
  'a long text': { text: 'Una frase **importante** de prueba. '.repeat(500) },
  'a long block': { text: `Antes\n\`\`\`\n${'linea de registro <x> & y\n'.repeat(700)}\`\`\`\nDespués` },
  'Persian with emoji': { text: 'سلام 👨‍👩‍👧‍👦 می‌خواهم کمک بگیرم. '.repeat(120) },
  'one button': { text: '¿Sí?', buttons: buttons(1, 'Sí') },
  'three buttons': { text: '¿Cuál?', buttons: buttons(3, 'Plan') },
  'three long buttons': { text: '¿Cuál?', buttons: buttons(3, 'Un plan con un nombre demasiado largo para un botón') },
  'four buttons': { text: '¿Cuál?', buttons: buttons(4, 'Plan') },
  'forty buttons': { text: '¿Cuál?', buttons: buttons(40, 'Ciudad') },
  'the same button thrice': { text: '¿Cuál?', buttons: Array.from({ length: 3 }, () => ({ id: 'x', title: 'Igual' })) },
  'buttons with long ids': {
    text: '¿?',
    buttons: [1, 2].map((n) => ({ id: `${'я'.repeat(600)}${n}`, title: `${n}` })),
  },
  'buttons under a long text': { text: 'Frase de prueba. '.repeat(400), buttons: buttons(5, 'Opción') },
  'buttons alone': { text: '', buttons: buttons(2, 'Opción') },
  'an image': { text: '', media: [{ kind: 'image', url }] },
  'an image with everything': {
    text: 'Texto',
    buttons: buttons(2, 'B'),
    media: [{ kind: 'image', url, caption: '**Pie** de foto' }],
  },
  'an image with a long caption': { text: '', media: [{ kind: 'image', url, caption: 'Pie muy largo. '.repeat(300) }] },
  'an image and buttons': { text: '', media: [{ kind: 'image', url }], buttons: buttons(2, 'B') },
  'other media': {
    text: 'Adjuntos',
    media: [
      { kind: 'audio', url, caption: 'Escuche' },
      { kind: 'video', url, caption: 'Mire' },
      { kind: 'document', url, caption: 'Lea', name: 'factura.pdf' },
    ],
  },
};

interface Case {
  channel: Channel;
  platform: PlatformId;
  settings: ChannelSettings;
  /** All ways to reach somebody. */
  addresses: Record<string, Json>;
  lastPlatformId: string;
}

const CASES: Case[] = [
  {
    channel: telegram,
    platform: 'telegram',
    settings: { botToken: '', apiBase: `${simulator.url}/telegram` },
    addresses: { chat: { chat_id: '7100200' } },
    lastPlatformId: 'callback:99001',
  },
  {
    channel: whatsapp,
    platform: 'whatsapp',
    settings: { accessToken: '', phoneNumberId: '', apiVersion: 'v25.0', apiBase: `${simulator.url}/whatsapp` },
    addresses: { phone: { to: '+34600000099' }, BSUID: { recipient: 'ES.9000100020003000' } },
    lastPlatformId: 'wamid.sample-text',
  },
  {
    channel: instagram,
    platform: 'instagram',
    settings: { accessToken: '', accountId: '', apiBase: `${simulator.url}/instagram` },
    addresses: { IGSID: { id: '990000000000001' } },
    lastPlatformId: 'mid.sample.text',
  },
  {
    channel: waha,
    platform: 'waha',
    settings: { apiKey: '', sessionId: 'shop', apiBase: `${simulator.url}/waha` },
    addresses: { phone: { chatId: '34600111222@c.us' }, 'hidden id': { chatId: '81200000000019@lid' } },
    lastPlatformId: '3EB0A001',
  },
];

describe.each(CASES)('$platform', ({ channel, platform, settings, addresses, lastPlatformId }) => {
  const anyone = Object.values(addresses)[0]!;
  const send = (part: Json, address: Json = anyone) => channel.send(part, address, settings, http);

  for (const [reach, address] of Object.entries(addresses))
    it.each(Object.entries(CONTENTS))(`sends %s to a ${reach}`, async (_name, content) => {
      for (const part of channel.render(content)) {
        const result = await send(part, address);
        expect(result).toEqual({ ok: true, platformId: expect.stringMatching(/./) });
      }
      const calls = simulator.calls({ platform });
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.flatMap((call) => call.schemaErrors)).toEqual([]);
    });

  for (const [reach, address] of Object.entries(addresses))
    it.runIf(channel.renderTemplate)(`sends templates to a ${reach}`, async () => {
      simulator.faults.set({ platform }, { kind: 'window-closed' });
      const bodies = {
        numbered: 'Hola {{1}}, gracias por {{2}}.',
        named: 'Hola {{who}}, gracias por {{order}}.',
        bare: 'Hola.',
      };
      for (const [name, body] of Object.entries(bodies)) simulator.approve({ name, language: 'es_ES', body });
      const say = (name: string, parameters: MessageTemplate['parameters']) =>
        send(channel.renderTemplate!({ name, language: 'es_ES', parameters, text: '' }), address);
      const named = [
        { name: 'who', text: 'Ana' },
        { name: 'order', text: 'A-1' },
      ];
      expect(await say('numbered', [{ text: 'Ana' }, { text: 'A-1' }])).toMatchObject({ ok: true });
      expect(await say('named', named)).toMatchObject({ ok: true });
      expect(await say('bare', [])).toMatchObject({ ok: true });
      const calls = simulator.calls({ platform });
      expect(calls.flatMap((call) => call.schemaErrors)).toEqual([]);
      expect(calls.map(({ text }) => text)).toEqual([
        'Hola Ana, gracias por A-1.',
        'Hola Ana, gracias por A-1.',
        'Hola.',
      ]);
    });

  it('shows that it is typing', async () => {
    await channel.typing!(anyone, lastPlatformId, settings, http);
    await channel.typing!(anyone, undefined, settings, http);
    const calls = simulator.calls({ platform });
    expect(calls.flatMap((call) => call.schemaErrors)).toEqual([]);
    expect(calls.some((call) => /typing/i.test(call.method) || call.method === 'sendChatAction')).toBe(true);
    expect(calls.filter((call) => call.send)).toEqual([]);
  });

  const faults: [Fault, SendFailure][] = [
    [{ kind: 'rate-limit', retryAfter: 9 }, 'retry'],
    [{ kind: 'server-error' }, 'retry'],
    // Meta does not tell why.
    [{ kind: 'blocked' }, channel === telegram ? 'blocked' : 'recipient'],
    [{ kind: 'bad-token' }, 'account'],
    ...(channel.capabilities.windowHours ? [[{ kind: 'window-closed' }, 'window'] as [Fault, SendFailure]] : []),
  ];
  it.each(faults)('understands %o as %s', async (fault, failure) => {
    simulator.faults.set({ platform }, fault);
    const result = await send(channel.render({ text: 'Hola' })[0]!);
    expect(result).toMatchObject({ ok: false, failure });
    expect(!result.ok && result.retryAfterMs).toBe(fault.kind === 'rate-limit' ? 9_000 : undefined);
  });
});

describe('webhooks of the stand-ins', () => {
  const secret = 'a secret of this test';
  const customer = { phone: '34600000099', name: 'Zoë 🚀' };
  const posts: [Channel, string, WebhookRequest][] = [
    [waha, 'hmacKey', simulator.webhook('waha', { kind: 'text', text: 'café / ok', customer }, { secret })],
    [
      telegram,
      'secretToken',
      simulator.webhook(
        'telegram',
        { kind: 'text', text: 'café / ok', customer: { id: 5, firstName: 'Zoë' } },
        { secret },
      ),
    ],
    [whatsapp, 'appSecret', simulator.webhook('whatsapp', { kind: 'text', text: 'café / ok', customer }, { secret })],
    [
      instagram,
      'appSecret',
      simulator.webhook('instagram', { kind: 'text', text: 'café / ok', customer: { id: '99' } }, { secret }),
    ],
  ];

  it.each(posts)('%o: signature and content are understood', (channel, setting, { headers, body }) => {
    const request = { method: 'POST', path: '/', query: {}, headers, body: new TextEncoder().encode(body) };
    expect(channel.verify(request, { [setting]: secret })).toEqual({ ok: true, signed: true });
    expect(channel.verify(request, { [setting]: `${secret}!` }).ok).toBe(false);
    const [event] = channel.parse(JSON.parse(body) as Json) as ParsedMessage[];
    expect(event).toMatchObject({ kind: 'message', text: 'café / ok', key: expect.any(String) });
  });
});

it('sends plain text where Telegram cannot read the markup', async () => {
  const part = {
    method: 'sendMessage',
    text: 'a < b',
    body: { text: '<b>a < b', parse_mode: 'HTML' },
    plain: { text: 'a < b' },
  };
  const { settings } = CASES[0]!;
  expect(await telegram.send(part, { chat_id: '5' }, settings, http)).toMatchObject({ ok: true });
  expect(simulator.calls().map((call) => [call.status, call.text])).toEqual([
    [400, expect.any(String)],
    [200, 'a < b'],
  ]);
});
