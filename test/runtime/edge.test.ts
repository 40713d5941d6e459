import { once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Edge, installEdge } from '../../node-red/host/edge.ts';
import { type FlowItem, type Runtime, startRuntime } from '../support/harness.ts';

// The machine may be busy; nothing here depends on how long it takes.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const MB = 1_000_000;
const BODIES = 12 * MB;

let runtime: Runtime;
let edge: Edge;
const printed = vi.spyOn(console, 'error');

const httpIn = (id: string, url: string, more: object = {}): FlowItem => ({
  id,
  type: 'http in',
  url,
  method: 'post',
  skipBodyParsing: true,
  wires: [['answer']],
  ...more,
});
const flow: FlowItem[] = [
  httpIn('hook', '/hook/'),
  httpIn('parsed', '/parsed', { skipBodyParsing: false }),
  httpIn('slow', '/slow', { wires: [['work']] }),
  httpIn('read', '/hook/', { method: 'get' }),
  { id: 'answer', type: 'answer' },
  { id: 'work', type: 'later', wires: [['reply']] },
  { id: 'reply', type: 'http response' },
];

beforeAll(async () => {
  runtime = await startRuntime({
    nodesDir: [],
    beforeStart: (RED) => {
      edge = installEdge(RED, { maxHeld: 60, holdMs: 1500, bodiesBytes: BODIES });
    },
  });
  // Answers by itself after a moment, as channel-in does when the events are stored.
  runtime.registerNode('answer', function () {
    this.on('input', (msg, _send, done) => {
      const { _res: response } = msg.res as { _res: http.ServerResponse };
      const raw = Buffer.isBuffer(msg.payload);
      setTimeout(() => {
        response.end(`${raw ? 'raw' : 'parsed'} ${(msg.payload as { length?: number }).length}`);
        done();
      }, 5);
    });
  });
  // Works on while a deploy closes it.
  runtime.registerNode('later', function () {
    this.on('input', (msg, send, done) => {
      setTimeout(() => {
        send(msg);
        done();
      }, 100);
    });
  });
  // Closes slowly, so that a deploy takes as long as it can with nodes that keep connections.
  runtime.registerNode('slow close', function () {
    this.on('close', (done) => void setTimeout(done, 300));
  });
  await runtime.deploy(flow);
});

afterAll(async () => {
  edge.close();
  await runtime.stop();
});

afterEach(() => {
  // Express prints what a handler reports; a refused body must not look like a fault.
  expect(printed).not.toHaveBeenCalled();
});

interface Answer {
  status: number | string;
  text: string;
  headers: http.IncomingHttpHeaders;
}

interface Call {
  path?: string;
  method?: string;
  headers?: http.OutgoingHttpHeaders;
  agent?: http.Agent;
  write?: (request: http.ClientRequest) => void;
}

function call({
  path = '/hook/',
  method = 'POST',
  headers = {},
  agent,
  write = (r) => r.end(),
}: Call): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = (status: string) => resolve({ status, text: '', headers: {} });
    const request = http.request({ port: runtime.port, path, method, headers, agent, timeout: 5000 }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      // The answer is whole when its declared length is there; the connection may stay open for the rest of our body.
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    request.on('timeout', () => {
      request.destroy();
      failed('no answer');
    });
    request.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? error.message));
    write(request);
  });
}

const chunked = (bytes: number) => (request: http.ClientRequest) => {
  const chunk = Buffer.alloc(MB / 2, 97);
  let left = bytes;
  const more = () => {
    while (left > 0 && !request.destroyed) {
      left -= chunk.length;
      if (!request.write(chunk)) return void request.once('drain', more);
    }
    request.end();
  };
  more();
};

describe('size', () => {
  it.each(['/hook/', '/hook', '/HOOK/', '/parsed'])(
    'refuses 20 MB declared at %s before the body comes',
    async (path) => {
      const answer = await call({ path, headers: { 'content-length': 20 * MB }, write: (r) => r.write('x') });
      expect(answer).toMatchObject({ status: 413, text: 'The body is larger than 4194304 bytes.' });
    },
  );

  it('answers 413 in full to a client that sends all 20 MB before it listens', async () => {
    const answer = await call({ headers: { 'content-length': 20 * MB }, write: chunked(20 * MB) });
    expect(answer.status).toBe(413);
  });

  it.each(['/hook/', '/parsed'])('counts chunked bytes at %s', async (path) => {
    expect(await call({ path, write: chunked(20 * MB) })).toMatchObject({ status: 413 });
    await sleep(50);
  });

  it.each(['/%ff', '/hook/%', '/hook/%E0%A4%A', '/admin/%c3%28/x'])(
    'refuses a path that cannot be read: %s',
    async (path) => {
      expect(await call({ path, write: chunked(MB) })).toMatchObject({ status: 400, text: 'The path cannot be read.' });
      expect(await call({ path: '/hook/?a=%ff', write: (r) => r.end('abc') })).toMatchObject({ status: 200 });
    },
  );

  it('lets 3 MB through, declared and chunked', async () => {
    const body = Buffer.alloc(3 * MB, 97);
    expect(await call({ headers: { 'content-length': body.length }, write: (r) => r.end(body) })).toMatchObject({
      status: 200,
      text: 'raw 3000000',
    });
    expect(await call({ write: chunked(3 * MB) })).toMatchObject({ status: 200, text: 'raw 3000000' });
  });

  const many = Buffer.alloc(MB, 97);
  /** What a client that writes the request line itself gets for 20 MB, declared or in chunks. */
  const byHand = (line: string, declared: boolean) =>
    new Promise<string>((resolve) => {
      const socket = connect(runtime.port, '127.0.0.1');
      let text = '';
      socket.on('data', (data) => (text += data));
      socket.on('error', () => {});
      socket.on('close', () => resolve(text.split('\r\n')[0]!));
      socket.write(
        `${line}\r\nhost: x\r\n${declared ? `content-length: ${20 * MB}` : 'transfer-encoding: chunked'}\r\n\r\n`,
      );
      for (let sent = 0; sent < 20; sent++) {
        if (!declared) socket.write(`${MB.toString(16)}\r\n`);
        socket.write(many);
        if (!declared) socket.write('\r\n');
      }
    });

  it.each([
    'POST //hook/ HTTP/1.1',
    'POST ///hook/ HTTP/1.1',
    'POST /./hook/ HTTP/1.1',
    'POST /hook//x HTTP/1.1',
    'POST http://other.example/hook/ HTTP/1.1',
    'POST HTTP://other.example//hook HTTP/1.1',
    'POST /hook/#fragment HTTP/1.1',
    'POST /%68ook/ HTTP/1.1',
    'POST /hook/?a=1 HTTP/1.1',
    'POST /nowhere HTTP/1.1',
    'POST //admin/flows HTTP/1.1',
    'POST /%61dmin/flows HTTP/1.1',
    'PUT /hook/ HTTP/1.1',
    'GET /hook/ HTTP/1.1',
    'DELETE / HTTP/1.1',
  ])('has no side door: %s', async (line) => {
    expect(await byHand(line, true)).toBe('HTTP/1.1 413 Payload Too Large');
    expect(await byHand(line, false)).toBe('HTTP/1.1 413 Payload Too Large');
  });

  it('limits the editor’s own as well, though higher', async () => {
    const declared = { 'content-length': 60 * MB };
    expect(await call({ path: '/admin/nodes', headers: declared, write: (r) => r.write('x') })).toMatchObject({
      status: 413,
    });
  });

  it('leaves the admin API to its own limit, and unknown paths to Node-RED', async () => {
    const flows = JSON.stringify([{ id: 'big', type: 'comment', info: 'x'.repeat(4.5 * MB) }]);
    const headers = { 'content-type': 'application/json', 'node-red-deployment-type': 'nodes' };
    const admin = await call({ path: '/admin/flows', headers, write: (r) => r.end(flows) });
    expect(admin.status).toBe(204);
    await runtime.deploy(flow);
    expect(await call({ path: '/nowhere', write: chunked(MB) })).toMatchObject({ status: 404 });
  });
});

describe('all bodies together', () => {
  interface Held {
    answer: Promise<Answer>;
    request: http.ClientRequest;
  }

  /** Sends so much of a body, and no end. */
  async function hold(bytes: number, more: Call = {}): Promise<Held> {
    let request!: http.ClientRequest;
    const answer = call({
      ...more,
      write(made) {
        request = made;
        made.write(Buffer.alloc(bytes, 97));
      },
    });
    return { answer, request };
  }
  /** Three MB each, of which the last find no room. */
  const fill = async (count: number, more: Call = {}) =>
    Promise.all(Array.from({ length: count }, () => hold(3 * MB, more)));
  /** Once so many were refused as there was no room for. */
  async function settled(held: Held[]): Promise<(number | string)[]> {
    const statuses: (number | string)[] = held.map(() => 'open');
    for (const [at, { answer }] of held.entries()) answer.then(({ status }) => (statuses[at] = status));
    const refused = Math.ceil((held.length * 3 * MB - BODIES) / (3 * MB));
    await vi.waitFor(() => expect(statuses.filter((status) => status === 503)).toHaveLength(refused), 10_000);
    return statuses;
  }
  const fits = async () => (await call({ write: (r) => r.end(Buffer.alloc(3 * MB, 97)) })).status;
  /** All of it: the others are told when the server has read what they sent. */
  const roomAgain = () =>
    vi.waitFor(
      async () => {
        const answers = await Promise.all(Array.from({ length: BODIES / (3 * MB) }, fits));
        expect(answers.every((status) => status === 200)).toBe(true);
      },
      { timeout: 10_000, interval: 100 },
    );

  it.each([
    ['in chunks', {}],
    ['declared', { headers: { 'content-length': 3 * MB + 1 } }],
    ['for a node that has it parsed', { path: '/parsed' }],
    ['for a path that is nobody’s', { path: '/nowhere' }],
    ['with a method that nobody has', { method: 'PUT' }],
    ['written so that no route fits', { path: '//hook/' }],
  ] as [string, Call][])('are refused with 503 above the limit, and room is back at the end: %s', async (_, more) => {
    const held = await fill(6, more);
    const statuses = await settled(held);
    expect(statuses).toContain(503);
    expect(statuses.filter((status) => status !== 503 && status !== 'open')).toEqual([]);
    expect(statuses.filter((status) => status === 'open').length).toBeGreaterThan(1);
    const [refused] = await Promise.all(held.map(({ answer }) => answer).filter((_, at) => statuses[at] === 503));
    expect(refused).toMatchObject({ text: 'Too much comes at once. Send it again.', headers: { 'retry-after': '5' } });
    for (const { request } of held) request.destroy();
    await roomAgain();
  });

  it('keep their place until they are answered, and no longer: many more one after the other', async () => {
    for (let round = 0; round < 12; round++) expect(await fits()).toBe(200);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let round = 0; round < 12; round++)
      expect((await call({ agent, write: (r) => r.end(Buffer.alloc(3 * MB, 97)) })).status).toBe(200);
    agent.destroy();
  });

  it('give their place back where nobody reads them, and where the answer is never heard', async () => {
    for (let round = 0; round < 14; round++) {
      expect((await call({ path: '/nowhere', write: (r) => r.end(Buffer.alloc(3 * MB, 97)) })).status).toBe(404);
      const socket = connect(runtime.port, '127.0.0.1');
      socket.on('error', () => {});
      // Two at once on a connection that ends before the second is answered.
      const post = `POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: ${MB}\r\n\r\n${'a'.repeat(MB)}`;
      socket.write(post + post);
      await sleep(50);
      socket.destroy();
    }
    await roomAgain();
  });

  it('of strangers leave the editor its own', async () => {
    const held = await fill(6);
    expect(await settled(held)).toContain(503);
    const flows = JSON.stringify([{ id: 'big', type: 'comment', info: 'x'.repeat(2 * MB) }]);
    const headers = { 'content-type': 'application/json', 'node-red-deployment-type': 'nodes' };
    expect((await call({ path: '/admin/flows', headers, write: (r) => r.end(flows) })).status).toBe(204);
    for (const { request } of held) request.destroy();
    await runtime.deploy(flow);
    await roomAgain();
  });
});

describe('deploys', () => {
  it('cost no answer: 30 full ones under load', async () => {
    const agent = new http.Agent({ keepAlive: true });
    const counts: Record<string, number> = {};
    let stop = false;
    const clients = Array.from({ length: 20 }, async (_, index) => {
      while (!stop) {
        const path = index % 4 === 0 ? '/slow' : '/hook/';
        const { status } = await call({ path, agent, write: (r) => r.end('{"a":1}') });
        counts[status] = (counts[status] ?? 0) + 1;
        await sleep(5);
      }
    });
    for (let round = 0; round < 30; round++) {
      await sleep(30);
      await runtime.deploy(flow);
    }
    stop = true;
    await Promise.all(clients);
    agent.destroy();
    expect(Object.keys(counts)).toEqual(['200']);
    expect(counts[200]).toBeGreaterThan(500);
  });

  it('hold requests until the flows run again, with their exact bytes, and the admin API never', async () => {
    await runtime.deploy([...flow, { id: 'sc', type: 'slow close' }]);
    let running = false;
    const deployed = runtime.deploy(flow).then(() => {
      running = true;
    });
    await once(runtime.RED.events as never, 'flows:stopping');
    const hook = call({ write: (r) => r.end('{"a":1}') }).then((answer) => ({ ...answer, running }));
    const read = call({ method: 'GET' });
    const admin = await call({ path: '/admin/settings', method: 'GET' });
    expect(admin.status).toBe(200);
    expect(running).toBe(false);
    expect(await hook).toMatchObject({ status: 200, text: 'raw 7', running: true });
    expect(await read).toMatchObject({ status: 200 });
    await deployed;
  });

  it('hold a body that is half there when they begin', async () => {
    await runtime.deploy([...flow, { id: 'sc', type: 'slow close' }]);
    let rest = () => {};
    const answer = call({
      headers: { 'content-length': 6 },
      write: (r) => {
        r.write('abc');
        rest = () => r.end('def');
      },
    });
    await sleep(50);
    const deployed = runtime.deploy(flow);
    await once(runtime.RED.events as never, 'flows:stopping');
    rest();
    expect(await answer).toMatchObject({ status: 200, text: 'raw 6' });
    await deployed;
  });

  it('let a bounded number wait for a bounded time', async () => {
    await runtime.deploy([...flow, { id: 'sc', type: 'slow close' }]);
    const deployed = runtime.deploy(flow);
    await once(runtime.RED.events as never, 'flows:stopping');
    const answers = await Promise.all(Array.from({ length: 100 }, () => call({})));
    const refused = answers.filter((a) => a.status === 503);
    expect(refused).toHaveLength(40);
    expect(refused[0]?.headers['retry-after']).toBe('5');
    expect(answers.filter((a) => a.status === 200)).toHaveLength(60);
    await deployed;

    await runtime.deploy([...flow, { id: 'sc', type: 'slow close' }]);
    // A deploy that does not end: the node that closes never says so.
    runtime.RED.events.emit('flows:stopping', {});
    expect(await call({})).toMatchObject({ status: 503 });
    runtime.RED.events.emit('flows:started', {});
    expect(await call({})).toMatchObject({ status: 200 });
  });

  it('forget a caller that goes away', async () => {
    runtime.RED.events.emit('flows:stopping', {});
    const gone = Array.from({ length: 60 }, () =>
      call({ write: (r) => void setTimeout(() => r.destroy(), 30).unref() }),
    );
    await Promise.all(gone);
    const waiting = call({});
    await sleep(30);
    runtime.RED.events.emit('flows:started', {});
    expect(await waiting).toMatchObject({ status: 200 });
  });

  it('end in 503 for known paths where flows will not start, and 404 for others', async () => {
    const missing = [...flow, { id: 'm', type: 'no such type' }];
    const told = new Promise<void>((resolve) => {
      runtime.RED.events.on('runtime-event', (event: { payload?: { error?: string } }) => {
        if (event.payload?.error === 'missing-types') resolve();
      });
    });
    void runtime.deploy(missing);
    await told;
    expect(await call({})).toMatchObject({ status: 503 });
    expect(await call({ path: '/other' })).toMatchObject({ status: 404 });
    await runtime.deploy(flow);
    expect(await call({})).toMatchObject({ status: 200 });
  });
});

describe('the end', () => {
  it('answers 503 once the process is about to leave', async () => {
    edge.refuse();
    expect(await call({})).toMatchObject({ status: 503 });
    expect(await call({ path: '/admin/settings', method: 'GET' })).toMatchObject({ status: 200 });
  });

  it('restores the server’s own listener', async () => {
    edge.close();
    expect(await call({ write: (r) => r.end('x') })).toMatchObject({ status: 200 });
  });
});
