import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import type { ToolContext } from '../../core/ports.ts';
import { agentsFor, isOwnChoice, isPrivate } from './address.ts';
import { type HttpToolSpec, httpTool } from './http.ts';

interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let base: string;
let elsewhere: string;
let seen: Seen[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

const servers = [0, 1].map(() =>
  createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method!, url: request.url!, headers: request.headers, body });
    answer(request, response);
  }),
);

beforeAll(async () => {
  [base, elsewhere] = (await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  )) as [string, string];
});
beforeEach(() => {
  seen = [];
  answer = (_request, response) => response.end('{"state":"sent"}');
});
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

const spec = (more: Partial<HttpToolSpec> = {}): HttpToolSpec => ({
  name: 'order',
  description: 'An order.',
  method: 'GET',
  url: `${base}/orders/{order}`,
  parameters: { type: 'object', properties: { order: { type: 'string' }, lines: {}, note: { type: 'string' } } },
  sideEffect: false,
  ...more,
});

const CONTEXT = {
  session: 's_1',
  phoneFrom: '+34600111222',
  vars: {},
  language: 'es',
  idempotencyKey: 'key-1',
  signal: new AbortController().signal,
} as ToolContext;

const run = (more: Partial<HttpToolSpec>, args: JsonObject, context: Partial<ToolContext> = {}) =>
  httpTool(spec(more)).run(args, { ...CONTEXT, ...context });
const failing = (work: Promise<unknown>): Promise<HttpError & { code?: string }> =>
  work.then(
    () => {
      throw new Error('It worked.');
    },
    (error) => error,
  );

describe('a request', () => {
  it('has the arguments in path and query, and the answer as it came', async () => {
    expect(await run({}, { order: 'A/1 ?&#', note: 'x y', lines: [1, 2] })).toBe('{"state":"sent"}');
    expect(seen[0]).toMatchObject({
      method: 'GET',
      url: '/orders/A%2F1%20%3F%26%23?note=x+y&lines=1&lines=2',
      body: '',
    });
    expect(seen[0]!.headers['idempotency-key']).toBeUndefined();
  });

  it('gets the customer’s phone at the edge, whatever the arguments say', async () => {
    const url = `${base}/customers?phone={phone_from}&lang={language}&note={note}`;
    const args = { phone_from: '+34600333444', session: 'other', note: '&phone=+34600333444' };
    await run({ url }, args);
    expect(seen[0]!.url).toMatch(/^\/customers\?phone=%2B34600111222&lang=es&note=%26phone%3D%2B34600333444/);
    expect(new URL(base + seen[0]!.url).searchParams.getAll('phone')).toEqual(['+34600111222']);
    const error = await failing(run({ url }, {}, { phoneFrom: undefined }));
    expect(error).toMatchObject({ code: 'TOOL_FAILED', message: 'The phone of this customer is not known.' });
    expect(seen).toHaveLength(1);
  });

  it('gets what the flow keeps of the conversation, whatever the arguments say, with its type', async () => {
    const more: Partial<HttpToolSpec> = {
      method: 'POST',
      url: `${base}/pharmacies/{vars.pharmacy_id}/orders?of={vars.user}`,
      headers: { 'x-of': '{vars.user}' },
      body: { pharmacy_id: '{vars.pharmacy_id}', note: 'for {vars.user}', order: '{order}' },
    };
    const vars = { pharmacy_id: 7, user: 'Ana & Co' };
    await run(more, { order: 'A', 'vars.pharmacy_id': 9, pharmacy_id: 9 } as JsonObject, { vars });
    expect(seen[0]!.url).toBe('/pharmacies/7/orders?of=Ana%20%26%20Co');
    expect(seen[0]!.headers['x-of']).toBe('Ana & Co');
    expect(JSON.parse(seen[0]!.body)).toEqual({ pharmacy_id: 7, note: 'for Ana & Co', order: 'A' });
    const error = await failing(run(more, { order: 'A' }, { vars: { user: 'Ana' } }));
    expect(error).toMatchObject({
      code: 'TOOL_FAILED',
      message: 'Nobody told the "pharmacy_id" of this customer.',
      action: expect.stringContaining('msg.turn.vars.pharmacy_id'),
    });
    expect((await failing(run({ query: { of: '{vars.none}' } }, { order: 'A' }))).code).toBe('TOOL_FAILED');
    expect(seen).toHaveLength(1);
  });

  it('goes to this server, wherever it answers, where its address is a path', async () => {
    let own: string | undefined;
    const tool = httpTool(spec({ url: '/orders/{order}', own: () => own }));
    expect(await failing(tool.run({ order: 'A' }, CONTEXT))).toMatchObject({
      message: 'This server does not listen yet.',
    });
    own = base;
    expect(await tool.run({ order: '//x.example' }, CONTEXT)).toBe('{"state":"sent"}');
    own = `${base}/root`;
    await tool.run({ order: 'B' }, CONTEXT);
    expect(seen.map(({ url }) => url)).toEqual(['/orders/%2F%2Fx.example', '/root/orders/B']);
    answer = (_request, response) => response.writeHead(302, { location: `${elsewhere}/` }).end();
    expect(await failing(tool.run({ order: 'C' }, CONTEXT))).toMatchObject({ name: 'HttpError' });
    expect(() => httpTool(spec({ url: '//evil.example/orders' }))).toThrow('must begin with http');
  });

  it('has a body of the arguments that are not in the URL, and the key of a side effect', async () => {
    await run({ method: 'POST', sideEffect: true }, { order: '7', note: 'ring "twice"', lines: [{ sku: 'a' }] });
    expect(JSON.parse(seen[0]!.body)).toEqual({ note: 'ring "twice"', lines: [{ sku: 'a' }] });
    expect(seen[0]!.headers).toMatchObject({ 'idempotency-key': 'key-1', 'content-type': 'application/json' });
  });

  it('has a body by its template: alone a placeholder keeps its type and may be left out, in words it is text', async () => {
    const body = { data: { lines: '{lines}', text: 'Note: {note}', none: '{order}' }, who: '{phone_from}', fixed: 1 };
    await run(
      { method: 'PUT', url: `${base}/x`, body, headers: { 'x-session': 'id {session}' } },
      { lines: [1], note: '"},{"' },
    );
    expect(JSON.parse(seen[0]!.body)).toEqual({
      data: { lines: [1], text: 'Note: "},{"' },
      who: '+34600111222',
      fixed: 1,
    });
    expect(seen[0]!.headers['x-session']).toBe('id s_1');
  });

  it.each(['', '.', '..'])('does not leave its path by the argument %j', async (order) => {
    expect((await failing(run({ url: `${base}/a/{order}/delete` }, { order }))).code).toBe('TOOL_FAILED');
    expect(seen).toEqual([]);
  });

  it.each(['%2e%2e', '../../admin', '..\\admin', '//evil.example/', '@evil.example', ':81/'])(
    'keeps the argument %j one piece of its path',
    async (order) => {
      await run({}, { order });
      expect(decodeURIComponent(seen[0]!.url.replace('/orders/', ''))).toBe(order);
    },
  );
});

describe('an answer', () => {
  it('that refuses is told to the model with its status', async () => {
    answer = (_request, response) => response.writeHead(404).end('{"error":"no such order"}');
    expect(await run({}, { order: '1' })).toEqual({ status: 404, answer: '{"error":"no such order"}' });
  });

  it.each([
    [429, false],
    [500, true],
    [503, true],
  ])('%i says whether something may have happened', async (status, sent) => {
    answer = (_request, response) => response.writeHead(status).end('secret stack');
    const error = await failing(run({}, { order: '1' }));
    expect(error).toMatchObject({ name: 'HttpError', sent });
    expect(error.message).not.toContain('stack');
  });

  it('that breaks off, is too large, or never comes is an error without address and secret', async () => {
    const headers = { authorization: 'Bearer secret-1' };
    const ends = [
      (_request: unknown, response: ServerResponse) => response.destroy(),
      (_request: unknown, response: ServerResponse) => response.end('x'.repeat(300 * 1024)),
      () => {},
    ];
    for (const end of ends) {
      answer = end;
      const signal = AbortSignal.timeout(200);
      const error = await failing(run({ headers, url: `${base}/{order}?p={phone_from}` }, { order: 'o1' }, { signal }));
      expect(error).toMatchObject({ name: 'HttpError', sent: true });
      expect(`${error.message} ${error.stack}`).not.toMatch(/secret-1|600111222|o1\?/);
    }
  });

  it('of nobody says that nothing was sent', async () => {
    expect(await failing(run({ url: 'http://127.0.0.1:1/{order}' }, { order: '1' }))).toMatchObject({ sent: false });
  });

  it('that redirects is followed on the same server only', async () => {
    answer = (request, response) =>
      request.url === '/orders/1' ? response.writeHead(302, { location: '/orders/2' }).end() : response.end('two');
    expect(await run({}, { order: '1' })).toBe('two');
    seen = [];
    answer = (_request, response) => response.writeHead(307, { location: `${elsewhere}/steal` }).end();
    const error = await failing(run({ headers: { 'x-key': 'secret' } }, { order: '1' }));
    expect(error).toMatchObject({ message: 'The server redirects to another one.', sent: true });
    expect(seen).toHaveLength(1);
  });
});

describe('a tool', () => {
  it.each([
    [{ url: 'https://{order}.example/x' }, 'URL must begin'],
    [{ url: 'https://api.example{order}/x' }, 'URL must begin'],
    [{ url: 'https://user:pass@api.example/x' }, 'URL must begin'],
    [{ url: 'ftp://api.example/x' }, 'URL must begin'],
    [{ url: 'https://api.example/{missing}' }, '"{missing}"'],
    [{ body: { a: ['{missing}'] } }, '"{missing}"'],
    [{ parameters: { type: 'object', properties: { session: {} } } }, '"session"'],
  ] as [Partial<HttpToolSpec>, string][])('%j is refused', (more, words) => {
    expect(() => httpTool(spec(more))).toThrow(words);
  });
});

describe('addresses', () => {
  it('of this machine and its networks are private', () => {
    for (const address of [
      '127.0.0.1',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
    ])
      expect(isPrivate(address), address).toBe(true);
    for (const address of [
      '::1',
      '::',
      'fd00::1',
      'fe80::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '64:ff9b::7f00:1',
      'junk',
    ])
      expect(isPrivate(address), address).toBe(true);
    for (const address of ['93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])
      expect(isPrivate(address), address).toBe(false);
  });

  it('that an integrator wrote literally, or names of the local network, are their choice', () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'crm', 'crm.local', 'crm.internal', '10.0.0.5'])
      expect(isOwnChoice(host), host).toBe(true);
    for (const host of ['api.example.com', 'localhost.example.com', '10.0.0.5.nip.io', 'internal.example'])
      expect(isOwnChoice(host), host).toBe(false);
  });

  it('behind a public name are refused at the moment of connecting', async () => {
    const lookupOf = (host: string) =>
      (agentsFor(host).httpAgent as unknown as { options: { lookup: LookupFunction } }).options.lookup;
    const lookup = lookupOf('api.example.com');
    const asked = (all: boolean) =>
      new Promise((resolve) =>
        lookup('localhost', { all }, (error) => resolve((error as NodeJS.ErrnoException)?.code)),
      );
    expect(await asked(true)).toBe('ADDRESS_REFUSED');
    expect(await asked(false)).toBe('ADDRESS_REFUSED');
    expect(lookupOf('localhost')).toBeUndefined();
  });
});
