/**
 * Tools of MCP servers, called by a scripted model on the real runtime: the reference server over HTTP (with a recorder before it) and as a
 * program, one that is away at the start, and one that takes orders.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ChosenTool, readMcpTools } from '../../adapters/tools/mcp.ts';
import { httpPlace } from '../../adapters/tools/mcp-place.ts';
import type { Json } from '../../core/model.ts';
import type { FlowItem } from '../../test/support/harness.ts';
import {
  everythingOverHttp,
  everythingProgram,
  type OddServer,
  oddServer,
  type Recorder,
  recorderBefore,
  type ServerProcess,
} from '../../test/support/mcp-servers.ts';
import { freePort } from '../../test/support/server.ts';
import { startToolBot, type ToolBot } from '../../test/support/tool-bot.ts';
import type { ToolMcpConfig } from './tool-mcp.ts';

const SECRET = 'Bearer s3cret-of-the-node';
const PLACE = {
  name: 'place_order',
  description: 'Places an order.',
  inputSchema: {
    type: 'object',
    properties: { product: { type: 'string' }, phone: { type: 'string' } },
    required: ['product', 'phone'],
  },
};

let tools: ToolBot;
let server: ServerProcess;
let recorder: Recorder;
let odd: OddServer;
let latePort: number;

const node = (id: string, more: Partial<ToolMcpConfig>): FlowItem => ({
  id,
  type: 'dragoman-tool-mcp',
  way: 'url',
  url: '',
  program: '',
  secretHeader: 'authorization',
  prefix: id,
  tools: [],
  fixed: '',
  timeoutSeconds: 10,
  version: 1,
  wires: [],
  ...more,
});

beforeAll(async () => {
  server = await everythingOverHttp(await freePort());
  [recorder, odd, latePort] = await Promise.all([recorderBefore(server.url), oddServer(), freePort()]);
  odd.tools = [PLACE];
  const [everything, orders] = await Promise.all(
    [server.url, odd.url].map(async (url) => readMcpTools(httpPlace(url, {}), quiet)),
  );
  const ticked = (...names: string[]): ChosenTool[] =>
    names.map((name) => {
      const { pin, readOnly } = [...everything!, ...orders!].find((tool) => tool.name === name)!;
      return { name, pin, sideEffect: !readOnly, confirm: false, idempotent: false };
    });
  tools = await startToolBot({
    flows: [
      node('shop', { url: recorder.url, tools: ticked('echo', 'get-sum', 'get-structured-content', 'get-tiny-image') }),
      node('slow', { url: server.url, tools: ticked('trigger-long-running-operation'), timeoutSeconds: 0.3 }),
      node('prog', { way: 'program', program: 'everything', tools: ticked('echo', 'get-env') }),
      node('late', { url: `http://127.0.0.1:${latePort}/mcp`, tools: ticked('echo') }),
      node('order', { url: odd.url, tools: ticked('place_order'), fixed: '{"phone": "{phone_from}"}' }),
      node('open', { url: odd.url, tools: ticked('place_order') }),
      node('none', { way: 'program', program: 'rm', tools: ticked('echo') }),
    ],
    offered: [
      ...['shop__echo', 'shop__get-sum', 'shop__get-structured-content', 'shop__get-env'],
      ...['slow__trigger-long-running-operation', 'prog__echo', 'prog__get-env', 'late__echo', 'order__place_order'],
    ],
    credentials: { shop: { secret: SECRET }, order: { secret: SECRET } },
    env: {
      DRAGOMAN_MCP_SERVERS: JSON.stringify({
        mcpServers: { everything: everythingProgram({ SHOP_MODE: 'declared' }) },
      }),
      CRM_WEBHOOK_SECRET: 'never-for-a-program',
    },
  });
  await there('shop__echo', 'slow__trigger-long-running-operation', 'prog__echo', 'order__place_order');
}, 120_000);
afterAll(async () => {
  await tools?.stop();
  recorder?.stop();
  await Promise.all([server?.kill(), odd?.stop()]);
});

const quiet = { debug() {} };
const names = () => tools.bot.engine.tools.box.list().map(({ name }) => name);
const there = (...wanted: string[]) =>
  vi.waitFor(() => expect(names()).toEqual(expect.arrayContaining(wanted)), { timeout: 30_000, interval: 50 });
const called = async (name: string, args: Json) => (await tools.replyOf(name, args))[0]!;
const asked = (method: string) => recorder.seen.filter((body) => body.includes(`"method":"${method}"`));
const admin = async (path: string, body?: object) => {
  const json = { 'content-type': 'application/json' };
  const init = body && { method: 'POST', headers: json, body: JSON.stringify(body) };
  return (await fetch(`${tools.bot.runtime.url}/admin/dragoman/${path}`, init)).json();
};

describe('a call', () => {
  it('reaches what is ticked in both nodes, and nothing else', async () => {
    let shown: string[] = [];
    await tools.says(async (request) => {
      shown = request.tools!.map(({ name }) => name);
      return 'ok';
    });
    expect(shown.filter((name) => name.startsWith('shop__')).sort()).toEqual([
      'shop__echo',
      'shop__get-structured-content',
      'shop__get-sum',
    ]);
    const before = recorder.seen.length;
    // Ticked for the server only, for the model only, and nowhere.
    for (const name of ['shop__get-tiny-image', 'shop__get-env', 'shop__gzip-file-as-resource'])
      expect(await called(name, {})).toBe('{"error":"There is no such tool."}');
    expect(recorder.seen.length).toBe(before);
    expect(await called('shop__echo', { message: 'hello' })).toBe('Echo: hello');
    expect(JSON.parse(await called('shop__get-structured-content', { location: 'Chicago' }))).toMatchObject({
      humidity: 82,
    });
  });

  it('whose arguments do not fit the schema does not leave', async () => {
    const before = asked('tools/call').length;
    expect(await called('shop__get-sum', { a: 'x', b: 1 })).toContain('The arguments do not fit');
    expect(await called('shop__echo', { message: 'x', more: 1 })).toContain('additional properties');
    expect(asked('tools/call').length).toBe(before);
  });

  it('takes no phone and no key along, and the node’s secret in a header only', async () => {
    const key = 'sk-proj-0123456789abcdef';
    const message = `Call +34 600 999 888 or ٠٦٠٠٩٩٩٨٨٨, my key is ${key}, token=abcdef123`;
    const echoed = await called('shop__echo', { message, phone: '+34600999888', wa_id: '34600999888' });
    expect(echoed).toMatch(/^Echo: Call … or …, my key is …/);
    const left = recorder.seen.join('\n');
    expect(asked('tools/call').length).toBeGreaterThan(0);
    for (const secret of [key, '600999888', '600 999 888', 'abcdef123', SECRET, 's3cret'])
      expect(left).not.toContain(secret);
  });

  it('that takes too long is given up', async () => {
    expect(await called('slow__trigger-long-running-operation', { duration: 60, steps: 2 })).toContain(
      'no answer in time',
    );
  });

  it('has an answer of 8 KB at most', async () => {
    const answer = await called('shop__echo', { message: 'x'.repeat(12_000) });
    // What a customer reads of it is cut into messages; the note stands at its end.
    const { replies } = await tools.says(async (_request, call) => {
      const whole = await call('shop__echo', { message: 'y'.repeat(12_000) });
      return `${Buffer.byteLength(whole)} ${whole.slice(-30)}`;
    });
    expect(answer).toMatch(/^Echo: x/);
    expect(replies[0]).toMatch(/^82\d\d .*\[cut: \d+ more bytes\]$/s);
  });

  it('has the customer’s phone where the integrator put it, hidden from the model', async () => {
    let shown: object | undefined;
    const { phone } = await tools.says(async (request, call) => {
      shown = request.tools!.find(({ name }) => name === 'order__place_order')?.parameters;
      return call('order__place_order', { product: 'Soap', phone: '+34600999888' });
    });
    expect(JSON.stringify(shown)).not.toContain('phone');
    expect(odd.calls()).toMatchObject([{ name: 'place_order', arguments: { product: 'Soap', phone: `+${phone}` } }]);
    expect(odd.calls()[0]!._meta!['dragoman/idempotency-key']).toMatch(/^[\w-]{43}$/);
  });

  it('of a tool that wants a phone from the model cannot be made', () => {
    expect(names()).not.toContain('open__place_order');
  });
});

describe('a program', () => {
  it('runs by its declared name, with the declared variables and no secret', async () => {
    const environment = await called('prog__get-env', {});
    expect(JSON.parse(environment)).toMatchObject({ SHOP_MODE: 'declared' });
    expect(environment).not.toContain('never-for-a-program');
    expect(environment).not.toContain('mcpServers');
    expect(names().filter((name) => name.startsWith('none__'))).toEqual([]);
  });

  it('that is killed comes back without a deploy, and ends with its node', async () => {
    const [pid, ...others] = await programs();
    expect(others).toEqual([]);
    process.kill(pid!, 'SIGKILL');
    await vi.waitFor(async () => expect(await called('prog__echo', { message: 'again' })).toBe('Echo: again'), 20_000);
    const [next] = await programs();
    expect(next).not.toBe(pid);
  });
});

describe('a server', () => {
  it('that is killed says so, and works again when it is back, without a deploy', async () => {
    const { port } = server;
    await server.kill();
    expect(await called('shop__echo', { message: 'x' })).toMatch(
      /^\{"error":"(The MCP server cannot be reached|The connection broke)/,
    );
    server = await everythingOverHttp(port);
    expect(await called('shop__echo', { message: 'back' })).toBe('Echo: back');
  });

  it('that is away at the start brings its tools when it comes', async () => {
    expect(names()).not.toContain('late__echo');
    const late = await everythingOverHttp(latePort);
    await there('late__echo');
    expect(await called('late__echo', { message: 'here' })).toBe('Echo: here');
    await late.kill();
  }, 90_000);

  it('is asked for its tools by the dialog, with what is typed or stored', async () => {
    expect(await admin('mcp/programs')).toEqual({ programs: ['everything'] });
    const { tools: found } = await admin('mcp/tools', { id: 'order', way: 'url', url: odd.url, secretHeader: 'x-key' });
    expect(found).toMatchObject([{ name: 'place_order', readOnly: false, pin: expect.stringMatching(/^[\w-]{43}$/) }]);
    expect(odd.seen.at(-1)!.headers['x-key']).toBe(SECRET);
    await admin('mcp/tools', { id: 'llm', way: 'url', url: odd.url, secretHeader: 'x-key' });
    expect(odd.seen.at(-1)!.headers['x-key']).toBeUndefined();
    expect((await admin('mcp/tools', { way: 'program', program: 'everything' })).tools.length).toBeGreaterThan(10);
    const away = await admin('mcp/tools', { way: 'url', url: `http://127.0.0.1:${await freePort()}/mcp` });
    expect(away.error).toMatchObject({ code: 'TOOL_SERVER_AWAY', message: expect.stringContaining('ECONNREFUSED') });
    expect((await admin('mcp/tools', { way: 'program', program: 'rm' })).error.code).toBe('TOOL_INVALID');
    expect((await admin('mcp/tools', { way: 'url', url: 'http://mcp.example.org' })).error.code).toBe('TOOL_INVALID');
  });
});

it('a deploy without the node ends its program, and takes its tools away', async () => {
  expect(await programs()).toHaveLength(1);
  const { flows } = (await (
    await fetch(`${tools.bot.runtime.url}/admin/flows`, { headers: { 'node-red-api-version': 'v2' } })
  ).json()) as { flows: FlowItem[] };
  await tools.bot.runtime.deploy(flows.filter(({ id }) => id !== 'prog').map((item) => ({ ...item, config: true })));
  expect(await programs()).toEqual([]);
  expect(names()).not.toContain('prog__echo');
  await there('shop__echo');
});

/** Of this process, the reference server as a program. */
async function programs(): Promise<number[]> {
  const pids = (await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')).split(' ').filter(Boolean);
  const told = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const),
  );
  return told
    .filter(([, line]) => line.includes('server-everything') && line.includes('stdio'))
    .map(([pid]) => Number(pid));
}
