/** Node-RED's own nodes between ours: what an integrator draws must keep its turn, whatever the nodes do to the message. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryTurn } from '../../core/turns/plans.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';

const HOOK = '/hook';
let bot: Dragoman;
let web: Server;
let person = 700_000;

const account = accountConfig('acc', {
  name: 'Test bot',
  manualPrompt: 'Be kind.',
  staticTexts: { en: 'Static words.' },
});
const receive: FlowItem[] = [
  account,
  { id: 'post', type: 'http in', url: HOOK, method: 'post', skipBodyParsing: true, wires: [['in']] },
];
const out: FlowItem = { id: 'out', type: 'dragoman-channel-out', version: 1 };
const entry = (...wires: string[]): FlowItem => ({
  id: 'in',
  type: 'dragoman-channel-in',
  account: 'acc',
  version: 1,
  wires: [wires],
});
const func = (id: string, code: string, ...wires: string[][]): FlowItem => ({
  id,
  type: 'function',
  func: code,
  outputs: wires.length,
  wires,
});

beforeAll(async () => {
  web = createServer((_request, response) => response.end('from the web')).listen(0, '127.0.0.1');
  await new Promise((resolve) => web.once('listening', resolve));
  bot = await startDragoman({ flows: [] });
});
afterAll(async () => {
  await bot.stop();
  web.close();
});

const shown = (id: number) => bot.shown({ thread: String(id) }).map((call) => call.text);

/** Says something to a flow and waits until all is quiet. */
async function ask(
  flow: FlowItem[],
  text = 'hello',
): Promise<{ id: number; turn: Awaited<ReturnType<typeof lastTurn>> }> {
  await bot.runtime.deploy([...receive, ...flow]);
  return { id: await say(text), turn: await lastTurn() };
}

async function say(text: string, id = ++person): Promise<number> {
  const response = await bot.happens('telegram', HOOK, { kind: 'text', customer: { id }, text });
  expect(response.status).toBe(200);
  await bot.quiet();
  return id;
}

const lastTurn = async () => (await bot.engine.store.turns({ limit: 1 }))[0]!;

describe('standard nodes between ours', () => {
  const web_ = () => `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
  const cases: [string, () => FlowItem[], string[]][] = [
    [
      'function that changes the payload',
      () => [entry('f'), func('f', "msg.payload = 'A ' + msg.payload; return msg;", ['out']), out],
      ['A hello'],
    ],
    [
      'function that returns a new object',
      () => [entry('f'), func('f', "return { payload: 'new' };", ['out']), out],
      ['new'],
    ],
    [
      'asynchronous function that returns a new object',
      () => [
        entry('f'),
        func('f', "await new Promise(r => setTimeout(r, 30)); return { payload: 'later' };", ['out']),
        out,
      ],
      ['later'],
    ],
    [
      'function that sends two messages',
      () => [entry('f'), func('f', "return [[{ ...msg, payload: 'one' }, { ...msg, payload: 'two' }]];", ['out']), out],
      ['one', 'two'],
    ],
    [
      'change',
      () => [
        entry('c'),
        {
          id: 'c',
          type: 'change',
          rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'changed', tot: 'str' }],
          wires: [['out']],
        },
        out,
      ],
      ['changed'],
    ],
    [
      'switch',
      () => [
        entry('s'),
        {
          id: 's',
          type: 'switch',
          property: 'payload',
          propertyType: 'msg',
          rules: [{ t: 'cont', v: 'hello', vt: 'str' }, { t: 'else' }],
          checkall: 'false',
          outputs: 2,
          wires: [['f'], []],
        },
        func('f', "msg.payload = 'greeted'; return msg;", ['out']),
        out,
      ],
      ['greeted'],
    ],
    [
      'delay',
      () => [
        entry('d'),
        {
          id: 'd',
          type: 'delay',
          pauseType: 'delay',
          timeout: '100',
          timeoutUnits: 'milliseconds',
          rate: '1',
          nbRateUnits: '1',
          rateUnits: 'second',
          wires: [['out']],
        },
        out,
      ],
      ['hello'],
    ],
    [
      'http request',
      () => [
        entry('h'),
        { id: 'h', type: 'http request', method: 'GET', ret: 'txt', url: web_(), wires: [['out']] },
        out,
      ],
      ['from the web'],
    ],
    [
      'template',
      () => [
        entry('t'),
        { id: 't1', type: 'comment' },
        {
          id: 't',
          type: 'change',
          rules: [{ t: 'set', p: 'payload', pt: 'msg', to: "'JSONata ' & payload", tot: 'jsonata' }],
          wires: [['out']],
        },
        out,
      ],
      ['JSONata hello'],
    ],
    [
      'link call',
      () => [
        entry('l'),
        { id: 'l', type: 'link call', links: ['li'], linkType: 'static', timeout: '5', wires: [['out']] },
        { id: 'li', type: 'link in', links: [], wires: [['lf']] },
        func('lf', "msg.payload = 'called'; return msg;", ['lr']),
        { id: 'lr', type: 'link out', mode: 'return', links: [] },
        out,
      ],
      ['called'],
    ],
    [
      'subflow',
      () => [
        {
          id: 'sf',
          type: 'subflow',
          name: 'sf',
          in: [{ wires: [{ id: 'sff' }] }],
          out: [{ wires: [{ id: 'sff', port: 0 }] }],
        },
        {
          id: 'sff',
          type: 'function',
          z: 'sf',
          func: "await new Promise(r => setTimeout(r, 20)); return { payload: 'from a subflow' };",
          outputs: 1,
          x: 1,
          y: 1,
          wires: [[]],
        },
        entry('sfi'),
        { id: 'sfi', type: 'subflow:sf', wires: [['out']] },
        out,
      ],
      ['from a subflow'],
    ],
    [
      'catch',
      () => [
        entry('f'),
        func('f', "throw new Error('boom');", ['out']),
        { id: 'ca', type: 'catch', scope: ['f'], wires: [['g']] },
        func('g', "msg.payload = 'caught'; return msg;", ['out']),
        out,
      ],
      ['caught'],
    ],
    [
      'fan-out to two branches',
      () => [
        entry('f', 'g'),
        func('f', "msg.payload = 'left'; return msg;", ['out']),
        func('g', "await new Promise(r => setTimeout(r, 60)); msg.payload = 'right'; return msg;", ['out']),
        out,
      ],
      ['left', 'right'],
    ],
  ];
  it.each(cases)('%s', async (_name, flow, expected) => {
    const { id, turn } = await ask(flow());
    expect(shown(id)).toEqual(expected);
    expect(turn).toMatchObject({ state: 'done', outcome: 'answered' });
  });

  it('buttons and media from an object payload', async () => {
    const { id } = await ask([
      entry('f'),
      func(
        'f',
        "msg.payload = { text: 'Choose', buttons: ['Yes', { id: 'n', title: 'No' }], media: [{ kind: 'image', url: 'https://example.com/a.png' }] }; return msg;",
        ['out'],
      ),
      out,
    ]);
    const calls = bot.shown({ thread: String(id) });
    expect(calls.map((call) => call.method)).toEqual(['sendPhoto', 'sendMessage']);
    expect(calls[1]!.buttons).toEqual([
      { id: 'Yes', title: 'Yes' },
      { id: 'n', title: 'No' },
    ]);
  });
});

describe('what a flow can do wrong', () => {
  it('a turn that settles without a reply is told as silent, and a first late reply still counts', async () => {
    await bot.runtime.deploy([
      ...receive,
      entry('f'),
      func('f', "setTimeout(() => node.send({ payload: 'late' }), 150);", ['out']),
      out,
    ]);
    const id = ++person;
    await bot.happens('telegram', HOOK, { kind: 'text', customer: { id }, text: 'hello' });
    await bot.until(() => shown(id)[0]);
    expect(shown(id)).toEqual(['late']);
    const reply = await bot.until(async () => (await bot.messages()).find((message) => message.state === 'sent'));
    expect(reply.text).toBe('late');
    expect((await bot.messages())[0]!.answered).toBe(true);
  });

  it('a late reply of an older turn is kept as discarded', async () => {
    await bot.runtime.deploy([
      ...receive,
      entry('f'),
      func(
        'f',
        "if (msg.payload === 'slow') { setTimeout(() => node.send({ payload: 'too late' }), 400); return; } msg.payload = 'quick'; return msg;",
        ['out'],
      ),
      out,
    ]);
    const id = await say('slow');
    await say('now', id);
    const discarded = await bot.until(async () =>
      (await bot.messages()).find((message) => message.text === 'too late'),
    );
    expect(discarded).toMatchObject({ state: 'discarded', error: { code: 'late' } });
    expect(shown(id)).toEqual(['quick']);
  });

  it('an error that nobody catches is tried three times, then a dead letter that can be repeated', async () => {
    const { id } = await ask([entry('f'), func('f', "throw new Error('boom');", ['out']), out]);
    const turn = await bot.until(async () => (await bot.engine.store.turns({ state: 'dead', limit: 1 }))[0], 20_000);
    expect(turn).toMatchObject({ attempts: 3, error: expect.stringContaining('boom') });
    expect(shown(id)).toEqual([]);
    await bot.runtime.deploy([...receive, entry('out'), out]);
    const conversation = await bot.engine.store.run(retryTurn(turn.id, Date.now()));
    bot.engine.lanes.wake(conversation.id, 'acc', 0);
    await bot.until(() => shown(id)[0]);
  });

  it('a message that belongs to no turn gives an error that says so', async () => {
    await bot.runtime.deploy([
      ...receive,
      entry('out'),
      out,
      { id: 'ca', type: 'catch', scope: null, wires: [['tap']] },
      { id: 'tap', type: 'tap' },
    ]);
    bot.runtime.inject('out', { payload: 'who am I for?' });
    const caught = await bot.runtime.next('tap');
    expect((caught.error as { message: string }).message).toContain('TURN_LOST: ');
  });

  it('a forged msg.turn changes nothing about who gets the reply', async () => {
    await bot.runtime.deploy([
      ...receive,
      entry('f'),
      func('f', "msg.turn = { ...msg.turn, id: 'another', conversation: { id: 'another' } }; return msg;", ['out']),
      out,
    ]);
    const id = await say('hello');
    expect(shown(id)).toEqual(['hello']);
  });

  it('a second channel-in of one account is refused, and the first goes on', async () => {
    await bot.runtime.deploy([...receive, entry('out'), { ...entry('out'), id: 'in2' }, out]);
    expect(shown(await say('hello'))).toEqual(['hello']);
  });

  it('an http in that parses the body is told how to change, and answers 500', async () => {
    await bot.runtime.deploy([
      account,
      { id: 'post', type: 'http in', url: HOOK, method: 'post', skipBodyParsing: false, wires: [['in']] },
      entry('out'),
      out,
    ]);
    const response = await bot.post(HOOK, { message: { chat: { id: 1 }, text: 'x' } });
    expect(response.status).toBe(500);
  });

  it('keeps the integrator’s own values of a conversation', async () => {
    await bot.runtime.deploy([
      ...receive,
      entry('f'),
      func(
        'f',
        "msg.turn.vars.count = (msg.turn.vars.count || 0) + 1; msg.payload = 'number ' + msg.turn.vars.count; return msg;",
        ['out'],
      ),
      out,
    ]);
    const id = await say('one');
    await say('two', id);
    expect(shown(id)).toEqual(['number 1', 'number 2']);
  });

  it('msg.turn shows no address', async () => {
    await bot.runtime.deploy([...receive, entry('tap'), { id: 'tap', type: 'tap' }]);
    const id = await say('hello');
    const { turn } = await bot.runtime.next('tap');
    expect(JSON.stringify(turn)).not.toContain(String(id));
    expect(turn).toMatchObject({
      channel: 'telegram',
      account: { name: 'Test bot' },
      session: expect.stringMatching(/^s_/),
      messages: [{ text: 'hello' }],
    });
  });

  it('A6 an account without a prompt is reported and answers nothing by LLM', async () => {
    await bot.runtime.deploy([
      { ...account, manualPrompt: '' },
      receive[1]!,
      entry('llm'),
      { id: 'llm', type: 'dragoman-llm', provider: '', history: 10, version: 1, wires: [['out']] },
      out,
    ]);
    const id = await say('hello');
    expect(shown(id)).toEqual([]);
    expect(await lastTurn()).toMatchObject({
      outcome: 'blocked',
      decisions: [{ gate: 'llm', rule: 'not-configured' }],
    });
  });
});
