/** Requests of `tool-http` nodes, called by a scripted model on the real runtime. Row C11. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startToolBot, type ToolBot } from '../../test/support/tool-bot.ts';
import { toolFlows } from '../../test/support/tool-flows.ts';

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
