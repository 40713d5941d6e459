/** The interface of calls, on the real runtime, over real HTTP. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KINDS, type Kind } from '../../app/calls/kinds.ts';
import { recordingFile } from '../../app/calls/recordings.ts';
import { onLog } from '../../node-red/red.ts';
import { openChat } from '../../test/support/chat-line.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig } from '../../test/support/flow-nodes.ts';
import type { FlowItem } from '../../test/support/harness.ts';
import { openLine } from '../../test/support/line.ts';

const TOKEN = 'a-token-of-a-test';
const PATHS: Record<Kind, string> = {
  ...{ start: '/calls/start', end: '/calls/:id/end', read: '/calls/:id', list: '/ai-agent/calls/' },
  ...{ audio: '/ai-agent/calls/:id/audio/', process: '/agent/process', search: '/agent/rag/query' },
  chat: '/chat/start',
};
const calls = (id: string, what: string, more: object = {}): FlowItem => ({
  ...{ id, type: 'dragoman-calls', what, account: 'phone', base: 'isp-helpdesk', version: 1, wires: [['answer']] },
  ...more,
});
const flows: FlowItem[] = [
  accountConfig('phone', { name: 'Corner calls', channel: 'call', language: 'en' }),
  accountConfig('chat', { name: 'Corner chat', channel: 'telegram' }),
  accountConfig('site', { name: 'Corner site', channel: 'web' }),
  { id: 'in', type: 'dragoman-channel-in', account: 'phone', version: 1, wires: [['words']] },
  {
    id: 'words',
    type: 'template',
    template: 'You said {{{payload}}} of {{{turn.vars.pharmacy_id}}}',
    wires: [['out']],
  },
  { id: 'out', type: 'dragoman-channel-out', version: 1 },
  ...KINDS.flatMap((what): FlowItem[] => [
    ...['get', 'post'].map((method): FlowItem => {
      const own = { id: `${method}-${what}`, type: 'http in', skipBodyParsing: what === 'process' };
      return { ...own, method, url: PATHS[what], wires: [[what]] };
    }),
    calls(what, what, what === 'chat' ? { account: 'site' } : {}),
  ]),
  ...[
    calls('wrong', 'everything'),
    calls('silent', 'start', { account: 'chat' }),
    calls('mute', 'chat', { account: 'phone' }),
    calls('lost', 'process', { account: '' }),
    calls('bare', 'search', { base: '' }),
    calls('no-part', 'read'),
  ].flatMap((node): FlowItem[] => [
    node,
    {
      id: `${node.id}-in`,
      type: 'http in',
      method: 'post',
      url: `/x/${node.id}`,
      skipBodyParsing: false,
      wires: [[node.id]],
    },
  ]),
  { id: 'answer', type: 'http response' },
  { id: 'catch', type: 'catch', scope: null, wires: [['caught']] },
  { id: 'caught', type: 'tap' },
];

let bot: Dragoman;
const lines: string[] = [];
beforeAll(async () => {
  bot = await startDragoman({
    flows,
    env: { DRAGOMAN_API_TOKEN: TOKEN, DRAGOMAN_PUBLIC_URL: 'https://bot.example.com', OPENAI_API_KEY: undefined },
    beforeStart: (RED) => onLog(RED, ({ msg }) => lines.push(String(msg))),
  });
}, 60_000);
afterAll(() => bot.stop());

interface Asked {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}
async function ask(route: string, { method = 'GET', body: sent, headers = { 'x-api-key': TOKEN } }: Asked = {}) {
  const answer = await fetch(bot.runtime.url + route, {
    ...{ method, headers: { ...(sent !== undefined && { 'content-type': 'application/json' }), ...headers } },
    ...(sent !== undefined && { body: typeof sent === 'string' ? sent : JSON.stringify(sent) }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  const body = isJson ? JSON.parse(String(bytes)) : {};
  return { status: answer.status, headers: answer.headers, bytes, body };
}
const post = (route: string, body: unknown = {}, headers?: Record<string, string>) =>
  ask(route, { method: 'POST', body, headers: { 'x-api-key': TOKEN, ...headers } });
const started = async (body: object = {}) => (await post('/calls/start', body)).body;

describe('the door', () => {
  it.each(KINDS)('is closed to whoever has no token, or a wrong one: %s', async (what) => {
    const { session_id: id } = await started();
    const before = await bot.engine.store.callCounts();
    for (const method of ['GET', 'POST'])
      for (const headers of [{}, { authorization: 'Bearer wrong' }, { 'x-api-key': '' }]) {
        const answer = await ask(PATHS[what].replace(':id', id), {
          method,
          headers: headers as Record<string, string>,
        });
        expect(answer).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED' } } });
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      }
    expect(await bot.engine.store.callCounts()).toEqual(before);
  });

  it('lets nobody do something by following a link', async () => {
    const { session_id: id } = await started();
    for (const route of ['/calls/start', `/calls/${id}/end`, '/agent/process', '/chat/start']) {
      const answer = await ask(route);
      expect(answer).toMatchObject({ status: 405, body: { error: { action: 'Call it by POST.' } } });
      expect(answer.headers.get('allow')).toBe('POST');
    }
    expect((await bot.engine.store.call(id))?.state).toBe('active');
  });
});

it('a web chat is begun for whom the shop names, and opened with its ticket', async () => {
  const { status, body } = await post('/chat/start', {
    visitor: 'ana',
    name: 'Ana',
    page: 'https://shop.example/?x=1',
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    ...{ chat_id: expect.any(String), ticket: expect.any(String), resume: expect.any(String), guest: false },
    websocket_url: `${bot.runtime.url.replace('http', 'ws')}/chat/${body.chat_id}/line`,
  });
  const line = await openChat(bot, body);
  expect(await line.next('open')).toMatchObject({ chat: body.chat_id, title: 'Corner site', guest: false });
  line.cut();
  expect((await post('/chat/start', { visitor: 'ana' })).body.chat_id).toBe(body.chat_id);
  expect(await post('/chat/start', { visitor: ['ana'] })).toMatchObject({ status: 400 });
});

describe('a call', () => {
  it('begins with a line that its ticket opens, and with what its starter knows of the caller', async () => {
    const { status, body, headers } = await post('/calls/start', { pharmacy_id: 7, user_id: null, language: 'ar' });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    const { session_id: id, websocket_url: url } = body;
    expect(body).toEqual({
      ...{ session_id: id, status: 'active', ticket: expect.any(String), resume: expect.any(String) },
      websocket_url: `${bot.runtime.url.replace('http', 'ws')}/calls/${id}/audio?ticket=${body.ticket}`,
    });
    const line = await openLine(new URL(url).origin.replace('ws', 'http'), body);
    expect(await line.next('session.created')).toMatchObject({ session: { dragoman: { language: 'ar' } } });
    line.type('five');
    await line.next('conversation.item.done', ({ item }) => JSON.stringify(item).includes('You said five of 7'));
    const ended = await post(`/calls/${id}/end`, { session_id: id });
    expect(ended).toMatchObject({ status: 200, body: { session_id: id, status: 'completed', ended_by: 'agent' } });
    expect(await line.next('dragoman.ended')).toMatchObject({ reason: 'agent' });
    expect((await post(`/calls/${id}/end`)).body).toEqual(ended.body);
    expect((await ask(`/calls/${id}`)).body).toMatchObject({
      ...{
        id,
        session_id: id,
        status: 'completed',
        language: 'ar',
        about: { pharmacy_id: 7 },
        typed: false,
        recording: null,
      },
      ...{ started_at: expect.stringMatching(/^2.*Z$/), ended_at: expect.stringMatching(/^2.*Z$/), actions: [] },
      duration: expect.any(Number),
      transcript: [
        { speaker: 'user', text: 'five', timestamp: expect.any(Number) },
        { speaker: 'assistant', text: 'You said five of 7' },
      ],
    });
  });

  it.each([
    ['wss://bot.example.com', { host: 'bot.example.com' }],
    ['wss://other.example', { host: 'other.example', 'x-forwarded-proto': 'https, http' }],
    ['ws://other.example:1880', { host: 'other.example:1880', 'x-forwarded-proto': 'http' }],
    ['', { host: 'a b<script>' }],
  ])('tells its line as it is reached: %s', async (root, headers) => {
    // `fetch` sets the host by itself.
    const { request } = await import('node:http');
    const text = await new Promise<string>((resolve, reject) => {
      const options = { method: 'POST', headers: { 'x-api-key': TOKEN, ...headers } };
      request(`${bot.runtime.url}/calls/start`, options, async (response) => {
        let all = '';
        for await (const chunk of response) all += chunk;
        resolve(all);
      })
        .on('error', reject)
        .end();
    });
    const { websocket_url: url, session_id: id } = JSON.parse(text);
    expect(url.startsWith(`${root}/calls/${id}/audio?ticket=`), url).toBe(true);
  });

  it.each([
    [{ language: 'arabic' }, /two letters/],
    [{ language: { code: 'ar' } }, /must be a text/],
    [{ user: { name: 'Ana' } }, /texts and numbers/],
    [{ note: 'x'.repeat(600) }, /too much/],
    [[], /no JSON object|not a JSON object/],
  ])('is not begun by %j', async (body, message) => {
    expect(await post('/calls/start', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST', message: expect.stringMatching(message) } },
    });
  });

  it.each(['nobody', '..%2f..%2fdragoman.db', '%00', 'a'.repeat(200)])(
    'that is not there is told so: %s',
    async (id) => {
      for (const [route, method] of [
        [`/calls/${id}`, 'GET'],
        [`/calls/${id}/end`, 'POST'],
        [`/ai-agent/calls/${id}/audio/`, 'GET'],
      ] as const)
        expect(await ask(route, { method }), route).toMatchObject({
          status: 404,
          body: { error: { code: 'NOT_FOUND' } },
        });
    },
  );

  it('is listed with others, the newest first, twenty a page, by what became of it', async () => {
    for (let count = 0; count < 23; count++) {
      const { session_id: id } = await started({ pharmacy_id: count });
      await post(`/calls/${id}/end`);
    }
    const { body: first } = await ask('/ai-agent/calls/?status=completed&page=1');
    const { body: second } = await ask('/ai-agent/calls/?status=completed&page=2');
    const all = [...first.results, ...second.results];
    expect(first).toMatchObject({ page: 1, pages: 2, count: all.length });
    expect(first.results).toHaveLength(20);
    expect(new Set(all.map(({ id }) => id)).size).toBe(first.count);
    expect(all.map(({ about }) => about.pharmacy_id).slice(0, 3)).toEqual([22, 21, 20]);
    expect(first.results[0]).not.toHaveProperty('transcript');
    const { body: whole } = await ask('/ai-agent/calls');
    expect(whole.count).toBeGreaterThan(first.count);
    for (const [query, status] of [
      ['page=9999', 404],
      ['page=0', 400],
      ['page=1.5', 400],
      ['page[]=1', 400],
      ['status=over', 400],
    ])
      expect((await ask(`/ai-agent/calls/?${query}`)).status, String(query)).toBe(status);
    expect((await ask('/ai-agent/calls/?status=failed')).body).toMatchObject({ count: 0, pages: 1, results: [] });
  });
});

describe('a recording', () => {
  const sound = Buffer.from(Array.from({ length: 1_000 }, (_, at) => at % 251));
  let url: string;
  beforeAll(async () => {
    const { session_id: id } = await started();
    const file = recordingFile(bot.engine.dataFolder, id);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, sound);
    url = `/ai-agent/calls/${id}/audio/`;
  });
  const part = (range: string, more: Record<string, string> = {}) =>
    ask(url, { headers: { 'x-api-key': TOKEN, range, ...more } });

  it('is played whole, or in the parts that a player asks for', async () => {
    const whole = await ask(url);
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('accept-ranges')]).toEqual([
      ...[200, 'audio/wav', 'bytes'],
    ]);
    expect(whole.bytes.equals(sound)).toBe(true);
    const middle = await part('bytes=100-199');
    expect([middle.status, middle.headers.get('content-range')]).toEqual([206, 'bytes 100-199/1000']);
    expect(middle.bytes.equals(sound.subarray(100, 200))).toBe(true);
    expect((await part('bytes=-5')).bytes.equals(sound.subarray(995))).toBe(true);
    const beyond = await part('bytes=1000-');
    expect([beyond.status, beyond.headers.get('content-range'), beyond.bytes.length]).toEqual([416, 'bytes */1000', 0]);
    const etag = whole.headers.get('etag')!;
    expect((await part('bytes=0-9', { 'if-range': etag })).status).toBe(206);
    expect((await part('bytes=0-9', { 'if-range': '"other"' })).status).toBe(200);
    const head = await ask(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '1000']);
  });

  it('is not there where nothing was recorded', async () => {
    const { session_id: id } = await started();
    expect(await ask(`/ai-agent/calls/${id}/audio/`)).toMatchObject({
      status: 404,
      body: { error: { message: 'There is no recording of this call.' } },
    });
  });
});

describe('typed words', () => {
  it('are answered when the flow has, and go on with the same call', async () => {
    const { status, body } = await post('/agent/process', { query: 'Hello', session_id: 'optional-session-id' });
    expect([status, body]).toEqual([
      200,
      { response: 'You said Hello of ', session_id: 'optional-session-id', actions: [], language: 'en' },
    ]);
    await post('/agent/process', { query: 'Again', session_id: 'optional-session-id' });
    const { body: call } = await ask('/calls/optional-session-id');
    expect(call).toMatchObject({ typed: true, status: 'active' });
    expect(call.transcript.map(({ speaker, text }: Record<string, string>) => [speaker, text])).toEqual([
      ...[
        ['user', 'Hello'],
        ['assistant', 'You said Hello of '],
      ],
      ...[
        ['user', 'Again'],
        ['assistant', 'You said Again of '],
      ],
    ]);
    const { body: other } = await post('/agent/process', { query: 'Hello' });
    expect(other.session_id).not.toBe('optional-session-id');
  });

  it.each([
    [{}, 400],
    [{ query: ' ' }, 400],
    [{ query: ['a'] }, 400],
    [{ query: 'x'.repeat(4_001) }, 400],
    [{ query: 'Hello', session_id: '../etc' }, 400],
    ['{"query":', 400],
    ['[]', 400],
  ])('%j are none', async (body, status) => {
    expect(await post('/agent/process', body)).toMatchObject({ status, body: { error: { code: 'BAD_REQUEST' } } });
  });

  it('of a call that is over are not taken', async () => {
    const { session_id: id } = await started();
    await post(`/calls/${id}/end`);
    expect((await post('/agent/process', { query: 'Hello', session_id: id })).status).toBe(404);
  });
});

describe('the knowledge', () => {
  it('gives its best passages', async () => {
    await bot.until(async () => (await bot.engine.knowledge.search('isp-helpdesk', 'internet lento', 1))[0]);
    const { status, body } = await ask(`/agent/rag/query?${new URLSearchParams({ q: 'internet lento', top_k: '2' })}`);
    expect([status, body.query, body.results.length]).toEqual([200, 'internet lento', 2]);
    expect(Object.keys(body.results[0])).toEqual(['title', 'text', 'source', 'score']);
    expect((await ask('/agent/rag/query?q=internet')).body.results.length).toBeLessThanOrEqual(5);
    for (const query of ['', 'q=', 'q=a&top_k=0', 'q=a&top_k=21', 'q=a&top_k=two', `q=${'x'.repeat(4_001)}`])
      expect((await ask(`/agent/rag/query?${query}`)).status, query.slice(0, 20)).toBe(400);
  });
});

it('answers where it is set to something that cannot be, and says so at the deploy', async () => {
  for (const [id, words] of [
    ['wrong', '"everything" is nothing that can be asked of calls.'],
    ['silent', 'Nobody can be called on the account of this calls.'],
    ['mute', 'Nobody can chat on the account of this calls.'],
    ['lost', 'This calls has no account.'],
    ['bare', 'This calls has no knowledge to search.'],
  ] as const) {
    expect((await post(`/x/${id}`)).status, id).toBe(503);
    expect(
      lines.some((line) => line.includes(words)),
      words,
    ).toBe(true);
  }
  expect(await post('/x/no-part')).toMatchObject({
    status: 400,
    body: { error: { message: 'The path has no "id".' } },
  });
});

it('that fails for no reason of the caller is an answer and an error', async () => {
  const failing = vi.spyOn(bot.engine.calls, 'read').mockRejectedValue(new Error('The disk is gone.'));
  expect(await ask('/calls/optional-session-id')).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL' } } });
  failing.mockRestore();
  await bot.until(() =>
    JSON.stringify(bot.runtime.received('caught').map(({ error }) => error)).includes('disk is gone'),
  );
});

it('tells a message that came from no http in what to do', async () => {
  bot.runtime.inject('list', { payload: '' });
  await bot.until(() =>
    JSON.stringify(bot.runtime.received('caught').map(({ error }) => error)).includes(
      'Wire an http in node to this calls.',
    ),
  );
});
