/** Requests of `tool-http` nodes, called by a scripted model on the real runtime. Row C11. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../node-red/kit/migrate.ts';
import type { FlowItem } from '../../test/support/harness.ts';
import { startToolBot, type ToolBot } from '../../test/support/tool-bot.ts';
import { ALL, toolFlows } from '../../test/support/tool-flows.ts';
import { migrations } from './migrations.ts';

let tools: ToolBot;
beforeAll(async () => {
  tools = await startToolBot();
});
afterAll(() => tools?.stop());
beforeEach(() => {
  tools.asked.length = 0;
});

describe('a request', () => {
  it('C11 looks the customer up by the phone that is put in at the edge, with the node’s secret', async () => {
    const { phone, replies } = await tools.says((_request, call) => call('my_orders', { order: 'A/7' }));
    expect(tools.asked).toEqual([{ url: `GET /orders/A%2F7?phone=%2B${phone}`, key: undefined }]);
    expect(JSON.parse(replies[0]!)).toEqual({ authorization: 'Bearer s3cret', shop: '7' });
  });

  it('of an OpenAPI document has its operations', async () => {
    const { phone } = await tools.says(async (_request, call) => {
      await call('findOrders', {});
      return call('cancelOrder', { id: '12' });
    });
    expect(tools.asked.map(({ url }) => url)).toEqual([`GET /v1/orders?phone=%2B${phone}`, 'DELETE /v1/orders/12']);
    expect(tools.asked[1]!.key).toMatch(/^[\w-]{43}$/);
    const answer = await fetch(`${tools.bot.runtime.url}/admin/dragoman/openapi`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ document: toolFlows(tools.apiUrl).find(({ id }) => id === 'api')!.document }),
    });
    expect(await answer.json()).toMatchObject({
      operations: [{ name: 'findOrders' }, { name: 'cancelOrder', method: 'DELETE' }],
    });
  });
});

describe('a tool of this very server', () => {
  /** Tells what it was asked, and with which key. */
  const near: FlowItem[] = [
    {
      id: 'near-in',
      type: 'http in',
      url: '/near/stock',
      method: 'post',
      skipBodyParsing: false,
      wires: [['near-told']],
    },
    {
      ...{ id: 'near-told', type: 'function', outputs: 1, wires: [['near-out']] },
      func: "msg.payload = { key: msg.req.headers['x-api-key'] || null, once: msg.req.headers['idempotency-key'] || null, body: msg.payload }; return msg;",
    },
    { id: 'near-out', type: 'http response' },
    {
      id: 'near-tab-vars',
      type: 'function',
      func: 'msg.turn.vars.pharmacy_id = 7; return msg;',
      outputs: 1,
      wires: [['llm']],
    },
  ];
  const document = JSON.stringify({
    openapi: '3.1.0',
    servers: [{ url: '/' }],
    paths: {
      '/near/stock': {
        post: {
          operationId: 'near_stock',
          requestBody: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: { pharmacy_id: { type: 'integer' }, product_id: { type: 'integer' } },
                  required: ['pharmacy_id', 'product_id'],
                },
              },
            },
          },
        },
      },
    },
  });
  const flows = (vars: boolean): FlowItem[] =>
    [
      {
        id: 't',
        type: 'tab',
        label: 'test',
        env: [{ name: 'NEAR_KEY', type: 'jsonata', value: "$env('OUTER_KEY') & '!'" }],
      },
      ...toolFlows(tools.apiUrl),
      ...near,
      {
        ...toolFlows(tools.apiUrl).find(({ id }) => id === 'api')!,
        ...{ id: 'near', document, operations: ['near_stock'], server: '', lookup: true, version: 2 },
        ...{ fixed: '{"pharmacy_id": "{vars.pharmacy_id}"}', secretHeader: 'x-api-key', secretVariable: 'NEAR_KEY' },
      },
    ].map((node): FlowItem => {
      if (node.id === 'llm') return { ...node, tools: [...ALL.split(','), 'near_stock'] } as FlowItem;
      return node.id === 'in' && vars ? ({ ...node, wires: [['near-tab-vars']] } as FlowItem) : (node as FlowItem);
    });

  it('has its server by a path, its secret by a variable of the flow, and what is fixed from the conversation', async () => {
    process.env.OUTER_KEY = 'from-outside';
    await tools.bot.runtime.deploy(flows(true), { my_orders: { secret: 'Bearer s3cret' } });
    let seen: unknown;
    const { replies } = await tools.says((request, call) => {
      seen = request.tools?.find(({ name }) => name === 'near_stock')?.parameters;
      return call('near_stock', { product_id: 3 });
    });
    expect(JSON.parse(replies[0]!)).toEqual({
      key: 'from-outside!',
      once: null,
      body: { pharmacy_id: 7, product_id: 3 },
    });
    expect(JSON.stringify(seen)).not.toContain('pharmacy');
    const forced = await tools.replyOf('near_stock', { product_id: 3, pharmacy_id: 9 });
    expect(forced[0]).toContain('do not fit');
  });

  it('says so where nobody told what it wants to know', async () => {
    await tools.bot.runtime.deploy(flows(false), { my_orders: { secret: 'Bearer s3cret' } });
    const replies = await tools.replyOf('near_stock', { product_id: 3 });
    expect(replies[0]).toContain('Nobody told the "pharmacy_id" of this customer.');
    delete process.env.OUTER_KEY;
  });
});

it('of the first version has its secret typed in, and fills nothing in', () => {
  expect(migrate({ source: 'openapi', server: 'https://x.example', version: 1 }, migrations)).toEqual({
    ...{ source: 'openapi', server: 'https://x.example', version: 2 },
    ...{ fixed: '', lookup: false, secretVariable: '' },
  });
});
