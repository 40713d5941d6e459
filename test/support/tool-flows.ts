/** Flows with every kind of tool in them. */
import { accountConfig } from './flow-nodes.ts';
import type { FlowItem } from './harness.ts';

export const HOOK = '/hook';

/** A package of a provider that answers by `globalThis.dragomanScript`, and of two tools: one good, one that asks for a phone. */
export const PLUGIN = `
export default function (RED) {
  const answer = async (request) => {
    let calls = 0;
    const call = (name, args) =>
      request.callTool({ id: 'call_' + ++calls, name, arguments: typeof args === 'string' ? args : JSON.stringify(args) });
    return { text: await globalThis.dragomanScript(request, call), source: { kind: 'llm' } };
  };
  RED.plugins.registerPlugin('scripted', { type: 'dragoman-provider', provider: { id: 'scripted', create: () => ({ answer }) } });
  const parameters = { type: 'object', properties: {} };
  const whoAmI = {
    name: 'who_am_i', description: 'Tells who asks.', parameters, sideEffect: false,
    run: async (args, { phoneFrom, session, language, agentName }) => ({ phone: phoneFrom.slice(-3), session, language, agentName }),
  };
  const wrong = { ...whoAmI, name: 'wrong', parameters: { type: 'object', properties: { phone: {} } } };
  RED.plugins.registerPlugin('their-tools', { type: 'dragoman-tool', tools: [whoAmI, wrong] });
}`;

export const OWN_TOOL = `
export const schema: { name: string; description: string; parameters: object; sideEffect: boolean } = {
  name: 'shout', description: 'Shouts.', sideEffect: false,
  parameters: { type: 'object', properties: { words: { type: 'string' } } },
};
export const run = async ({ words }: { words: string }) => words.toUpperCase();`;

const account = accountConfig('acc', {
  name: 'Test bot',
  channel: 'whatsapp',
  envPrefix: 'TOOLS_',
  staticTexts: { en: 'Static words.' },
});
const provider: FlowItem = {
  id: 'prov',
  type: 'dragoman-provider',
  config: true,
  provider: 'scripted',
  baseUrl: 'http://scripted.local/v1',
  model: 'm',
  fallbackModel: '',
  version: 1,
};
const func = (id: string, code: string, ...wires: string[]): FlowItem => ({
  id,
  type: 'function',
  func: code,
  outputs: 1,
  wires: [wires],
});
const start = (tool: string, wires: string[], more: object = {}): FlowItem => ({
  id: `start-${tool}`,
  type: 'dragoman-tool-call',
  mode: 'start',
  tool,
  description: `The tool ${tool}.`,
  parameters:
    '{"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}, "words": {"type": "string"}}}',
  sideEffect: false,
  confirm: false,
  timeoutSeconds: 5,
  version: 1,
  wires: [wires],
  ...more,
});
const back: FlowItem = { id: 'back', type: 'dragoman-tool-call', mode: 'return', version: 1, wires: [] };
const http = (id: string, more: object): FlowItem => ({
  id,
  type: 'dragoman-tool-http',
  source: 'form',
  tool: id,
  description: 'Asks the shop.',
  method: 'GET',
  url: '',
  parameters: '{"type": "object", "properties": {"order": {"type": "string"}}}',
  body: '',
  sideEffect: false,
  oncePerTurn: false,
  document: '',
  operations: [],
  server: '',
  headers: '',
  secretHeader: 'authorization',
  confirm: false,
  idempotent: false,
  timeoutSeconds: 5,
  version: 1,
  wires: [],
  ...more,
});

export const ALL =
  'new_client_lead,update_contact,ask_human,list_customer_orders,add,spread,lost,slow,twice,silent,my_orders,findOrders,cancelOrder,shout,who_am_i';

/** One conversation with an llm node that offers `ALL` and `more`, the tools, and a request to `apiUrl`. */
export function toolFlows(apiUrl: string, more: string[] = []): FlowItem[] {
  const document = JSON.stringify({
    openapi: '3.0.3',
    servers: [{ url: apiUrl }],
    paths: {
      '/v1/orders': {
        get: { operationId: 'findOrders', parameters: [{ name: 'phone', in: 'query', schema: { type: 'string' } }] },
      },
      '/v1/orders/{id}': {
        delete: { operationId: 'cancelOrder', parameters: [{ name: 'id', in: 'path', schema: { type: 'string' } }] },
      },
    },
  });
  return [
    account,
    provider,
    { id: 'post', type: 'http in', url: HOOK, method: 'post', skipBodyParsing: true, wires: [['in']] },
    { id: 'in', type: 'dragoman-channel-in', account: 'acc', version: 1, wires: [['llm']] },
    {
      id: 'llm',
      type: 'dragoman-llm',
      provider: 'prov',
      history: 20,
      tools: [...ALL.split(','), ...more],
      version: 1,
      wires: [['after']],
    },
    func(
      'after',
      "if (flow.get('break')) { flow.set('break', false); throw new Error('broken once'); } return msg;",
      'out',
    ),
    { id: 'out', type: 'dragoman-channel-out', version: 1, wires: [] },

    start('add', ['sum']),
    func('sum', 'msg.payload = { sum: msg.payload.a + msg.payload.b }; return msg;', 'back'),
    start('spread', ['spreading']),
    func(
      'spreading',
      "const { tool, turn, ...rest } = msg; return { ...rest, payload: msg.payload.words + '!' };",
      'wait',
    ),
    start('lost', ['wait1']),
    {
      id: 'wait1',
      type: 'delay',
      pauseType: 'delay',
      timeout: '30',
      timeoutUnits: 'milliseconds',
      wires: [['losing']],
    },
    func('losing', "return { payload: msg.payload.words + '?' };", 'wait'),
    { id: 'wait', type: 'delay', pauseType: 'delay', timeout: '50', timeoutUnits: 'milliseconds', wires: [['back']] },
    start('slow', ['hold'], { timeoutSeconds: 0.1 }),
    { id: 'hold', type: 'delay', pauseType: 'delay', timeout: '400', timeoutUnits: 'milliseconds', wires: [['back']] },
    start('twice', ['back', 'again'], {}),
    func('again', "msg.payload = 'second'; return msg;", 'back'),
    start('silent', [], { timeoutSeconds: 0.1, sideEffect: true }),
    back,
    func('breaker', "flow.set('break', true);"),

    http('my_orders', { url: `${apiUrl}/orders/{order}?phone={phone_from}`, headers: 'x-shop: 7' }),
    http('api', { source: 'openapi', document, operations: ['findOrders', 'cancelOrder'] }),
  ];
}
