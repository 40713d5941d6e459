/** The shipped demo pharmacy behind a key, and as an MCP server for a real client. Row D6. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mcpTools, readMcpTools } from '../../adapters/tools/mcp.ts';
import { httpPlace } from '../../adapters/tools/mcp-place.ts';
import type { JsonObject } from '../../core/model.ts';
import type { ToolContext } from '../../core/ports.ts';
import type { CallContext } from '../../core/tool-gate/context.ts';
import { demoPharmacy } from '../support/demo-pharmacy.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';

const KEY = 'key-of-the-market';
const keyed = { 'x-api-key': KEY };

let bot: Dragoman;
let shop: ReturnType<typeof demoPharmacy>;
beforeAll(async () => {
  bot = await startDragoman({ env: { OPENAI_API_KEY: undefined, AI_AGENT_API_KEY: KEY } });
  shop = demoPharmacy(bot);
  await bot.until(async () => (await shop.get('/catalogue/', keyed)).status === 200);
}, 60_000);
afterAll(() => bot?.stop());

describe('D6 the key', () => {
  it.each([
    ['none', {}],
    ['a wrong one', { 'x-api-key': 'key-of-the-markeT' }],
    ['a part of it', { 'x-api-key': KEY.slice(0, -1) }],
    ['more than it', { 'x-api-key': `${KEY}x` }],
    ['an empty one', { 'x-api-key': '' }],
    ['it in another header', { authorization: `Bearer ${KEY}` }],
  ])('with %s, nothing is answered', async (_name, headers) => {
    for (const path of ['/drugs/search/?q=a', '/orders/', '/ORDERS', '/catalogue/', '/openapi.json', '/mcp']) {
      const { status, body } = await shop.get(path, headers as Record<string, string>);
      expect([path, status, body.error.code]).toEqual([path, 401, 'unauthorized']);
    }
    for (const path of ['/orders/create/', '/drugs/stock/', '/mcp'])
      expect((await shop.post(path, {}, headers as Record<string, string>)).status).toBe(401);
  });

  it('opens from anywhere', async () => {
    const far = { ...keyed, 'x-forwarded-for': '203.0.113.9', origin: 'https://shop.example' };
    expect((await shop.get('/drugs/search/?q=paracetamol', far)).status).toBe(200);
  });
});

/** One JSON-RPC message as it is. */
const send = (message: unknown, headers: Record<string, string> = {}) =>
  shop.post('/mcp', message, { ...keyed, ...headers });
const ask = (method: string, params?: object) => send({ jsonrpc: '2.0', id: 1, method, ...(params && { params }) });

describe('D6 as an MCP server', () => {
  let client: Client;
  beforeAll(async () => {
    client = new Client({ name: 'test', version: '1.0.0' });
    const at = new URL(`${bot.runtime.url}/market/ai/mcp`);
    await client.connect(new StreamableHTTPClientTransport(at, { requestInit: { headers: keyed } }));
  });
  afterAll(() => client?.close());

  it('offers the operations of its OpenAPI document as tools', async () => {
    expect(client.getServerVersion()).toMatchObject({ name: 'demo-pharmacy' });
    const { tools } = await client.listTools();
    const { paths } = (await shop.get('/openapi.json', keyed)).body;
    const operations = Object.values(paths as Record<string, object>).flatMap((methods) => Object.values(methods));
    expect(tools.map(({ name }) => name)).toEqual(operations.map(({ operationId }) => operationId));
    const [search] = tools;
    expect(search).toMatchObject({
      inputSchema: { type: 'object', required: ['q'] },
      annotations: { readOnlyHint: true },
    });
    expect(tools.find(({ name }) => name === 'create_order')?.annotations).toMatchObject({ readOnlyHint: false });
    await client.ping();
  });

  it('answers a call as HTTP does', async () => {
    const found = await client.callTool({ name: 'search_drugs', arguments: { q: 'باراسيتامول 500' } });
    const { body } = await shop.get('/drugs/search/?q=باراسيتامول 500', keyed);
    expect(found).toMatchObject({ isError: false, structuredContent: body });
    expect(JSON.parse((found.content as { text: string }[])[0]!.text)).toEqual(body);
    const pharmacy = await client.callTool({ name: 'get_pharmacy', arguments: { pharmacy_id: 3 } });
    expect(pharmacy.structuredContent).toMatchObject({ id: 3, name_en: 'Delta Palm Pharmacy' });
  });

  it('makes an order once for a key, whichever way it comes', async () => {
    const order = { pharmacy_id: 1, items: [{ product_id: 1, quantity: 5 }] };
    const _meta = { 'dragoman/idempotency-key': 'call-1' };
    const call = () => client.callTool({ name: 'create_order', arguments: order, _meta });
    const answers = await Promise.all([call(), call(), call()]);
    const numbers = answers.map(({ structuredContent }) => (structuredContent as { order_id: number }).order_id);
    expect(numbers).toEqual([453, 453, 453]);
    const same = await shop.post('/orders/create/', order, { ...keyed, 'idempotency-key': 'call-1' });
    expect(same).toMatchObject({ status: 200, body: { order_id: 453, total: 92.5 } });
    const other = await client.callTool({ name: 'create_order', arguments: { ...order, notes: 'x' }, _meta });
    expect(other).toMatchObject({ isError: true, structuredContent: { error: { code: 'key_reused' } } });
    const status = await client.callTool({ name: 'get_order', arguments: { order_id: 453 } });
    expect(status.structuredContent).toEqual(same.body);
  });

  it('says what is wrong with a call as its result', async () => {
    for (const [name, args, message] of [
      [
        'create_order',
        { pharmacy_id: 1, items: [{ product_id: 1, quantity: '5' }] },
        /quantity must be a whole number/,
      ],
      ['create_order', { pharmacy_id: 1, items: [{ product_id: 1, quantity: 999_999 }] }, /from 1 to 1000/],
      ['get_order', {}, /order_id is missing/],
      ['search_drugs', { q: '' }, /not empty/],
    ] as const) {
      const { isError, structuredContent } = await client.callTool({ name, arguments: args });
      expect([isError, (structuredContent as { error: { message: string } }).error.message]).toEqual([
        true,
        expect.stringMatching(message),
      ]);
    }
    await expect(client.callTool({ name: 'drop_all', arguments: {} })).rejects.toThrow(/no such tool/);
  });

  it('is spoken to by a client that tries the newest protocol first', async () => {
    const modern = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    const at = new URL(`${bot.runtime.url}/market/ai/mcp`);
    await modern.connect(new StreamableHTTPClientTransport(at, { requestInit: { headers: keyed } }));
    expect((await modern.listTools()).tools).toHaveLength(6);
    await modern.close();
  });
});

it('D6 its MCP tools stand behind the same tool gate as any other: allow-list, schema, one order for one question', async () => {
  const { clock, log, tools } = bot.engine;
  const place = httpPlace(`${bot.runtime.url}/market/ai/mcp`, keyed);
  const found = await readMcpTools(place, log);
  const chosen = found
    .filter(({ name }) => ['search_drugs', 'create_order'].includes(name))
    .map(({ name, pin, readOnly }) => ({ name, pin, sideEffect: !readOnly, confirm: false, idempotent: true }));
  const { promise: offered, resolve } = Promise.withResolvers<void>();
  const server = mcpTools({
    ...{ place, prefix: 'market', chosen, fixed: { pharmacy_id: 2 }, timeoutMs: 5_000, clock, log, add: tools.box.add },
    onState: (state) => state.offered === 2 && resolve(),
  });
  await offered;
  const conversation = { session: 's_test', contactId: null, conversationId: 'c', accountId: 'a', turnId: 't' };
  const context: CallContext = {
    ...{ ...conversation, agentName: 'crm_ai', language: 'ar', occasion: 'm', heardAt: clock.now() },
    ...{
      vars: {},
      allowed: ['market__search_drugs', 'market__create_order'],
      begin: () => true,
      strip: (text) => text,
    },
  };
  const call = async (name: string, args: object) =>
    JSON.parse(await tools.gate.call({ id: '1', name, arguments: JSON.stringify(args) }, context));
  expect(await call('market__search_drugs', { q: 'باراسيتامول 500' })).toMatchObject({ results: expect.any(Array) });
  expect(await call('market__get_order', { order_id: 453 })).toEqual({ error: 'There is no such tool.' });
  expect(await call('market__create_order', { items: 'five' })).toEqual({ error: expect.stringMatching(/do not fit/) });
  const order = { items: [{ product_id: 1, quantity: 5 }] };
  const answers = await Promise.all([1, 2, 3].map(() => call('market__create_order', order)));
  expect(new Set(answers.map(({ order_id }) => order_id)).size).toBe(1);
  const made = (await shop.get(`/orders/${answers[0].order_id}/`, keyed)).body;
  expect(made).toMatchObject({ pharmacy_id: 2, items: [{ product_id: 1, quantity: 5 }] });
  await server.close();
});

describe('D6 what comes to the MCP server by hand', () => {
  it('begins in the version that is asked for, or in the newest', async () => {
    const begin = async (protocolVersion: unknown) =>
      (await ask('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'x', version: '1' } })).body
        .result;
    expect(await begin('2025-03-26')).toMatchObject({ protocolVersion: '2025-03-26', capabilities: { tools: {} } });
    for (const strange of ['1999-01-01', 7, undefined])
      expect(await begin(strange)).toMatchObject({ protocolVersion: '2025-11-25' });
  });

  it('takes notifications and answers without a word', async () => {
    for (const message of [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
      { jsonrpc: '2.0', id: 9, result: {} },
    ]) {
      const { status, body } = await send(message);
      expect([status, body]).toEqual([202, '']);
    }
  });

  it('has no stream, and no session to end', async () => {
    for (const method of ['GET', 'DELETE']) {
      const { status, headers } = await shop.call(method, '/mcp', undefined, keyed);
      expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  it.each([
    ['no JSON', '{', 400, -32_700],
    ['nothing', '', 400, -32_700],
    ['null', 'null', 400, -32_600],
    ['a number', '7', 400, -32_600],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 400, -32_600],
    ['another protocol', '{"jsonrpc":"1.0","id":1,"method":"ping"}', 400, -32_600],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', 400, -32_600],
    ['parameters that are none', '{"jsonrpc":"2.0","id":1,"method":"ping","params":null}', 400, -32_600],
    ['a deep nest', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 413, -32_600],
    ['a method that is not there', '{"jsonrpc":"2.0","id":1,"method":"resources/list"}', 200, -32_601],
    [
      'a tool by a prototype',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"__proto__"}}',
      200,
      -32_602,
    ],
    ['a tool without a name', '{"jsonrpc":"2.0","id":1,"method":"tools/call"}', 200, -32_602],
  ])('refuses %s', async (_name, message, status, code) => {
    const answer = await send(message);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('refuses a protocol that it does not speak, and keys that are none', async () => {
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect((await send(ping, { 'mcp-protocol-version': '2099-01-01' })).status).toBe(400);
    expect((await send(ping, { 'mcp-protocol-version': '2025-06-18' })).body).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {},
    });
    const call = { name: 'create_order', arguments: { pharmacy_id: 1, items: [{ product_id: 1, quantity: 1 }] } };
    for (const key of [7, {}, '', 'a b'])
      expect(
        (await ask('tools/call', { ...call, _meta: { 'dragoman/idempotency-key': key } })).body.result.isError,
      ).toBe(true);
  });
});

it('D6 a tool-http node makes tools of its OpenAPI document, with the key from its secrets', async () => {
  const document = (await shop.get('/openapi.json', keyed)).body;
  const operations = ['search_drugs', 'create_order', 'get_order'];
  const node = {
    ...{ id: 'pharmacy-tools', type: 'dragoman-tool-http', source: 'openapi', document: JSON.stringify(document) },
    ...{ operations, server: '', headers: '', secretHeader: 'X-API-Key', confirm: false, idempotent: true },
    ...{ timeoutSeconds: 10, version: 1, wires: [] },
  };
  await bot.runtime.deploy([...(await shippedFlows()), node], { 'pharmacy-tools': { secret: KEY } });
  const context = { idempotencyKey: 'turn-7', vars: {}, signal: AbortSignal.timeout(10_000) } as ToolContext;
  const run = async (name: string, args: JsonObject) =>
    JSON.parse(String(await bot.engine.tools.box.find(name)!.run(args, context)));
  const { results } = await run('search_drugs', { q: 'عايز 5 علب باراسيتامول 500', limit: 3 });
  expect(results[0]).toMatchObject({ id: 1, name_ar: 'باراسيتامول 500 مجم أقراص' });
  const order = { pharmacy_id: 1, items: [{ product_id: results[0].id, quantity: 5 }] };
  const made = await run('create_order', order);
  expect(made).toMatchObject({ status: 'registered', total: 92.5, items: [{ quantity: 5 }] });
  expect(await run('create_order', order)).toEqual(made);
  expect(await run('get_order', { order_id: made.order_id })).toEqual(made);
});
