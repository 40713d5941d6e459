import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onLog } from '../../node-red/red.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig, entryNodes } from '../../test/support/flow-nodes.ts';
import type { FlowItem } from '../../test/support/harness.ts';

const ANSWER: FlowItem[] = [
  { id: 'wait', type: 'delay', pauseType: 'delay', timeout: '200', timeoutUnits: 'milliseconds', wires: [['answer']] },
  { id: 'answer', type: 'template', template: 'You wrote: {{{payload}}}', wires: [['out']] },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
];
const hook = (id: string, url: string, to: string, more: object = {}): FlowItem => ({
  id,
  type: 'http in',
  method: 'post',
  url,
  skipBodyParsing: true,
  wires: [[to]],
  ...more,
});

const lines: string[] = [];
let bot: Dragoman;
let person = 30_000;
beforeAll(async () => {
  bot = await startDragoman({
    flows: [
      accountConfig('slow'),
      ...entryNodes('slow', '/slow', 'wait'),
      accountConfig('at-once', { processing: 'inline' }),
      ...entryNodes('at-once', '/inline', 'wait'),
      accountConfig('off', { enabled: false }),
      ...entryNodes('off', '/off', 'answer'),
      // The same account a second time.
      hook('hook-twice', '/twice', 'twice'),
      { id: 'twice', type: 'dragoman-channel-in', account: 'slow', version: 1, wires: [['answer']] },
      hook('hook-none', '/none', 'none'),
      { id: 'none', type: 'dragoman-channel-in', account: '', version: 1, wires: [['answer']] },
      accountConfig('parsed'),
      hook('hook-parsed', '/parsed', 'in-parsed', { skipBodyParsing: false }),
      { id: 'in-parsed', type: 'dragoman-channel-in', account: 'parsed', version: 1, wires: [['answer']] },
      accountConfig('meta', { channel: 'whatsapp', settings: { verifyToken: '' } }),
      hook('hook-meta', '/meta', 'in-meta', { method: 'get' }),
      { id: 'in-meta', type: 'dragoman-channel-in', account: 'meta', version: 1, wires: [['answer']] },
      { id: 'catch', type: 'catch', scope: ['in-slow'], wires: [['caught']] },
      { id: 'caught', type: 'tap' },
      accountConfig('open', { name: 'Open door', settings: { apiBase: 'http://127.0.0.1:9/telegram' } }),
      ...entryNodes('open', '/open', 'answer'),
      accountConfig('safe', {
        name: 'Safe door',
        settings: { apiBase: 'http://127.0.0.1:9/telegram' },
        envPrefix: 'SAFE_',
      }),
      ...entryNodes('safe', '/safe', 'answer'),
      ...ANSWER,
    ],
    env: { WHATSAPP_VERIFY_TOKEN: 'let-me-in', SAFE_TELEGRAM_SECRET_TOKEN: 'only-telegram-knows' },
    beforeStart: (RED) => onLog(RED, ({ msg }) => lines.push(String(msg))),
  });
}, 60_000);
afterAll(() => bot.stop());

const customer = () => ({ id: ++person, firstName: 'Ana' });
const says = (url: string, who: { id: number }, text = 'Hello.') =>
  bot.happens('telegram', url, { kind: 'text', customer: who, text });
const shown = ({ id }: { id: number }) => bot.shown({ thread: String(id) }).map((call) => call.text);

it('warns where a real account has no secret, and only there', () => {
  const warned = lines.filter((line) => line.includes('has no secret'));
  expect(warned).toHaveLength(1);
  expect(warned[0]).toContain('"Open door"');
});

describe('C7 processing', () => {
  it('C7 in the background: the webhook is answered before the turn, which goes on', async () => {
    const who = customer();
    expect((await says('/slow', who)).status).toBe(200);
    expect(shown(who)).toEqual([]);
    await bot.quiet();
    expect(shown(who)).toEqual(['You wrote: Hello.']);
  });

  it('C7 inline: the webhook is answered once the reply is there', async () => {
    const who = customer();
    expect((await says('/inline', who)).status).toBe(200);
    expect(shown(who)).toEqual(['You wrote: Hello.']);
  });

  it('C7 inline: also for what starts no turn', async () => {
    const who = customer();
    await says('/inline', who);
    expect((await bot.happens('telegram', '/inline', { kind: 'blocked', customer: who })).status).toBe(200);
  });
});

it('logs what comes for an account that is switched off, and does no more', async () => {
  const who = customer();
  expect((await says('/off', who)).status).toBe(200);
  await bot.quiet();
  expect(shown(who)).toEqual([]);
  expect((await bot.engine.store.webhooks({ limit: 1 }))[0]).toMatchObject({ accountId: 'off', eventType: 'ignored' });
});

it('answers so that the platform tries again while it cannot work, and never where it must be changed first', async () => {
  expect((await says('/twice', customer())).status).toBe(503);
  expect((await says('/none', customer())).status).toBe(503);
  expect((await says('/parsed', customer())).status).toBe(500);
});

it('B1 answers a platform’s handshake', async () => {
  const get = async (token: string) => {
    const query = `hub.mode=subscribe&hub.challenge=4711&hub.verify_token=${token}`;
    const answer = await fetch(`${bot.runtime.url}/meta?${query}`);
    return [answer.status, await answer.text()];
  };
  expect(await get('let-me-in')).toEqual([200, '4711']);
  expect((await get('wrong'))[0]).toBe(403);
});

it('tells a message that came from no http in what to do', async () => {
  bot.runtime.inject('in-slow', { payload: 'Hello' });
  const { error } = (await bot.runtime.next('caught')) as { error?: { message: string } };
  expect(error!.message).toContain('Wire an http in node to this channel-in.');
});
