import { afterEach, describe, expect, it } from 'vitest';
import { countingTool, type ToolBench, toolBench } from '../../test/support/tools.ts';
import * as lead from '../../tools/new_client_lead.ts';
import * as update from '../../tools/update_contact.ts';
import { DragomanError, HttpError } from '../errors.ts';
import type { JsonObject } from '../model.ts';
import type { Tool } from '../ports.ts';
import { createToolGate } from './gate.ts';

const LEAD: Tool = { ...lead.schema, run: lead.run };
const UPDATE: Tool = { ...update.schema, run: update.run };

let bench: ToolBench;
afterEach(() => bench.stop());

const ofResult = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe('what a model may call', () => {
  it('is what its node allows; nothing where it allows nothing', async () => {
    bench = await toolBench([LEAD, UPDATE]);
    const ana = await bench.customer('34600111222');
    expect(await bench.gate.schemas(bench.turn(ana, { allowed: [] }))).toEqual([]);
    const one = bench.turn(ana, { allowed: ['update_contact', 'missing'] });
    expect((await bench.gate.schemas(one)).map(({ name }) => name)).toEqual(['update_contact']);
    for (const name of ['new_client_lead', 'missing', '__proto__', 'toString'])
      expect(ofResult(await bench.call(name, { first_name: 'Ana' }, one))).toEqual({ error: 'There is no such tool.' });
    expect(await bench.store.leads({ limit: 9 })).toEqual([]);
  });

  it('is shown without any identity', async () => {
    bench = await toolBench([LEAD, UPDATE]);
    const shown = JSON.stringify(await bench.gate.schemas(bench.turn(await bench.customer('34600111222'))));
    expect(shown).not.toMatch(/phone|session|contact_?id|34600/i);
    expect(shown).toContain('first_name');
  });

  it('has only what its schema names, also where that does not say so', async () => {
    const { tool, runs } = countingTool();
    bench = await toolBench([tool]);
    const context = bench.turn(await bench.customer('34600111222'));
    expect(await bench.call('book', { day: 'mon', contact_id: 'x' }, context)).toContain('additional properties');
    expect((await bench.gate.schemas(context))[0]!.parameters.additionalProperties).toBe(false);
    expect(runs).toEqual([]);
  });
});

describe('arguments', () => {
  it.each([
    ['{"day": ', 'not valid JSON'],
    ['[1]', 'must be a JSON object'],
    ['"mon"', 'must be a JSON object'],
    ['null', 'must be a JSON object'],
    ['{"day": 5}', '"day" must be string'],
    [`{"notes": "${'x'.repeat(20_000)}"}`, 'longer than'],
    [`{"day": ${'['.repeat(50)}${']'.repeat(50)}}`, 'nested deeper'],
  ])('%s are refused in a sentence for the model', async (args, words) => {
    const { tool, runs } = countingTool();
    bench = await toolBench([tool]);
    const result = await bench.call('book', args, bench.turn(await bench.customer('34600111222')));
    expect(ofResult(result).error).toContain(words);
    expect(runs).toEqual([]);
  });

  it('may be left out where none is needed', async () => {
    const { tool, runs } = countingTool();
    bench = await toolBench([tool]);
    await bench.call('book', '', bench.turn(await bench.customer('34600111222')));
    expect(runs).toMatchObject([{ args: {} }]);
  });

  it('keep a long number where the schema says that it is exact, and nowhere else', async () => {
    const number = { type: 'string', 'x-exact': true, pattern: '^[0-9]{10}$' };
    const { tool, runs } = countingTool({ parameters: { type: 'object', properties: { parcel: number, notes: {} } } });
    bench = await toolBench([tool]);
    const context = bench.turn(await bench.customer('34600111222'));
    await bench.call('book', { parcel: '6003334440', notes: 'parcel 6003334440' }, context);
    expect(runs).toMatchObject([{ args: { parcel: '6003334440', notes: 'parcel …' } }]);
    expect(JSON.stringify(await bench.gate.schemas(context))).not.toContain('x-exact');
  });

  it('lose what has the shape of a key or a password, in texts, lists and names', async () => {
    const { tool, runs } = countingTool({
      parameters: { type: 'object', properties: { notes: {} }, required: ['notes'] },
    });
    bench = await toolBench([tool]);
    const context = bench.turn(await bench.customer('34600111222'));
    const key = 'sk-proj-0123456789abcdef';
    await bench.call(
      'book',
      { notes: [`My key is ${key}, my password: "hunter22"`, { [key]: 'x', fine: 'Bearer abcdefgh1234' }] },
      context,
    );
    expect(runs).toMatchObject([{ args: { notes: ['My key is …, my password: "…"', { fine: 'Bearer …' }] } }]);
    expect(await bench.call('book', { notes: key }, context)).toContain('required');
  });

  it('get the customer’s own values back where the model wrote our stand-ins', async () => {
    const restore = (text: string) =>
      text.replace('[EMAIL_1]', 'ana@example.org').replace('[PHONE_1]', '+34 600 111 222');
    bench = await toolBench([UPDATE]);
    const ana = await bench.customer('34600111222');
    await bench.call(
      'update_contact',
      { email: '[EMAIL_1]', organization: 'Call [PHONE_1] now' },
      bench.turn(ana, { restore }),
    );
    expect((await bench.contact(ana)).profile).toEqual({ email: 'ana@example.org', organization: 'Call … now' });
  });
});

describe('the tools that ship', () => {
  it('note a lead with the phone of the conversation, and the profile of its contact', async () => {
    bench = await toolBench([LEAD, UPDATE]);
    const [ana, luis] = [await bench.customer('34600111222'), await bench.customer('34600333444')];
    const context = bench.turn(ana);
    const args = { first_name: 'Ana', email: 'ana@example.org', notes: 'Fibre at home', phone: luis.phone };
    expect(ofResult(await bench.call('new_client_lead', args, context))).toEqual({ status: 'created' });
    expect(await bench.store.leads({ limit: 9 })).toMatchObject([
      {
        contactId: ana.contactId,
        phone: ana.phone,
        firstName: 'Ana',
        email: 'ana@example.org',
        notes: 'Fibre at home',
      },
    ]);
    await bench.call('update_contact', { first_name: 'Ana', organization: 'ACME' }, context);
    await bench.call('update_contact', { last_name: 'Ruiz' }, context);
    expect((await bench.contact(ana)).profile).toEqual({ firstName: 'Ana', lastName: 'Ruiz', organization: 'ACME' });
    expect((await bench.contact(luis)).profile).toBeUndefined();
  });
});

describe('a side effect', () => {
  it('happens once, however often the turn is repeated, and gives the same result', async () => {
    let count = 0;
    const { tool, runs } = countingTool({}, async () => ({ number: ++count }));
    bench = await toolBench([tool]);
    const context = bench.turn(await bench.customer('34600111222'));
    const first = await bench.call('book', { day: 'mon', notes: 'two' }, context);
    // A dead turn that is tried again has a new id, and still answers the same message.
    const again = { ...context, turnId: 'another' };
    expect(await bench.call('book', { notes: 'two', day: 'mon' }, again, bench.restarted())).toBe(first);
    expect(runs).toHaveLength(1);
    await bench.call('book', { day: 'tue', notes: 'two' }, context);
    await bench.call('book', { day: 'mon', notes: 'two' }, { ...context, occasion: 'later message' });
    expect(runs).toHaveLength(3);
    const keys = runs.map((run) => run.context.idempotencyKey);
    expect(new Set(keys).size).toBe(3);
  });

  it('happens once where the model of a repeated turn words it otherwise, if the tool says so', async () => {
    bench = await toolBench([LEAD]);
    const context = bench.turn(await bench.customer('34600111222'));
    await bench.call('new_client_lead', { first_name: 'Ana', notes: 'wants fibre' }, context);
    await bench.call(
      'new_client_lead',
      { first_name: 'Ana', notes: 'is interested in fibre' },
      context,
      bench.restarted(),
    );
    expect(await bench.store.leads({ limit: 9 })).toMatchObject([{ notes: 'wants fibre' }]);
  });

  it('happens once where one answer asks for it twice at the same time', async () => {
    const { tool, runs } = countingTool();
    bench = await toolBench([tool]);
    const context = bench.turn(await bench.customer('34600111222'));
    const results = await Promise.all([1, 2].map(() => bench.call('book', { day: 'mon' }, context)));
    expect(results[0]).toBe(results[1]);
    expect(runs).toHaveLength(1);
  });

  it('that a crash cut off is repeated with the same key where its backend knows it', async () => {
    bench = await toolBench([LEAD]);
    const context = bench.turn(await bench.customer('34600111222'));
    await crashIn(bench, LEAD, context, { first_name: 'Ana' });
    expect(ofResult(await bench.call('new_client_lead', { first_name: 'Ana' }, context))).toEqual({
      status: 'created',
    });
    expect(await bench.store.leads({ limit: 9 })).toHaveLength(1);
    expect(await bench.store.toolRuns({ states: ['started', 'unknown'], limit: 9 })).toEqual([]);
  });

  it('that a crash cut off is left to a person where nobody knows whether it happened', async () => {
    const { tool, runs } = countingTool();
    bench = await toolBench([tool]);
    const context = bench.turn(await bench.customer('34600111222'));
    await crashIn(bench, tool, context, { day: 'mon' });
    for (let time = 0; time < 2; time++)
      expect(ofResult(await bench.call('book', { day: 'mon' }, context)).status).toBe('unknown');
    expect(runs).toEqual([]);
    expect(await bench.store.toolRuns({ states: ['unknown'], limit: 9 })).toMatchObject([{ tool: 'book' }]);
    expect(bench.warnings.join()).toContain('a person must check');
  });

  it('that clearly did not happen may be tried again', async () => {
    let error: Error | undefined = new DragomanError('TOOL_FAILED', 'The calendar is full.', 'Choose another day.');
    const { tool, runs } = countingTool({}, async () => {
      if (error) throw error;
      return 'booked';
    });
    bench = await toolBench([tool]);
    const context = bench.turn(await bench.customer('34600111222'));
    expect(await bench.call('book', {}, context)).toBe('{"error":"The calendar is full."}');
    error = new HttpError('The server could not be reached (ECONNREFUSED).', false);
    expect(await bench.call('book', {}, context)).toContain('could not be reached');
    error = undefined;
    expect(await bench.call('book', {}, context)).toBe('booked');
    expect(runs).toHaveLength(3);
  });

  it('that broke in the middle is not tried again, and says nothing of how', async () => {
    const { tool, runs } = countingTool({}, async () => {
      throw new TypeError('secret-token at /srv/tool.js:7');
    });
    bench = await toolBench([tool]);
    const context = bench.turn(await bench.customer('34600111222'));
    for (let time = 0; time < 2; time++) {
      const result = await bench.call('book', {}, context);
      expect(ofResult(result).status).toBe('unknown');
      expect(result).not.toMatch(/secret|\.js|TypeError/);
    }
    expect(runs).toHaveLength(1);
    expect(bench.warnings.join()).not.toContain('secret-token');
  });

  it('that comes to its end after nobody waits is known as done the next time', async () => {
    const end = Promise.withResolvers<string>();
    const { tool, runs } = countingTool({ timeoutMs: 1_000 }, () => end.promise);
    bench = await toolBench([tool]);
    const context = bench.turn(await bench.customer('34600111222'));
    const result = bench.call('book', {}, context);
    await bench.clock.advance(1_000);
    expect(ofResult(await result).status).toBe('unknown');
    expect(runs[0]!.context.signal.aborted).toBe(true);
    end.resolve('table 7');
    await expect.poll(() => bench.store.toolRuns({ states: ['unknown'], limit: 9 })).toEqual([]);
    expect(await bench.call('book', {}, context)).toBe('table 7');
    expect(runs).toHaveLength(1);
  });
});

/** The process stops while the tool runs: its row says `started`, and nobody ends it. */
async function crashIn(on: ToolBench, tool: Tool, context: ReturnType<ToolBench['turn']>, args: JsonObject) {
  const hanging = createToolGate({
    store: { ...on.store, changeToolRun: on.store.changeToolRun },
    clock: on.clock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    find: () => ({ ...tool, run: () => new Promise(() => {}) }),
    compile: () => () => null,
    loggable: String,
    handOver: async () => 'Goodbye.',
  });
  void on.call(tool.name, args, context, hanging);
  await expect.poll(() => on.store.toolRuns({ states: ['started'], limit: 9 })).toHaveLength(1);
}

describe('results', () => {
  it('are cut at 8 KB, at a letter’s border, with a note', async () => {
    const { tool } = countingTool({ sideEffect: false }, async () => 'сл'.repeat(5_000));
    bench = await toolBench([tool]);
    const result = await bench.call('book', {}, bench.turn(await bench.customer('34600111222')));
    expect(Buffer.byteLength(result)).toBeLessThan(8 * 1024 + 64);
    expect(result).toContain('[cut: 11808 more bytes]');
    expect(result).not.toContain('�');
  });

  it('say what nothing, a circle and silence are', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const { tool } = countingTool({ sideEffect: false, timeoutMs: 500 }, async ({ day }) => {
      if (day === 'never') await new Promise(() => {});
      return day === 'circle' ? (circle as JsonObject) : undefined;
    });
    bench = await toolBench([tool]);
    const context = bench.turn(await bench.customer('34600111222'));
    expect(await bench.call('book', {}, context)).toBe('{"status":"done"}');
    expect(await bench.call('book', { day: 'circle' }, context)).toBe('{"error":"The tool failed."}');
    const silent = bench.call('book', { day: 'never' }, context);
    await bench.clock.advance(500);
    expect(await silent).toBe('{"error":"It gave no answer in time."}');
  });
});

describe('a tool', () => {
  it.each([
    [{ name: 'two words' }, 'its name'],
    [{ description: ' ' }, 'no description'],
    [{ parameters: { type: 'string' } }, 'type "object"'],
    [{ parameters: { type: 'object', properties: { user_phone: {} } } }, '"user_phone" would be a phone'],
    [{ parameters: { type: 'object', properties: { to: { properties: { móvil: {} } } } } }, '"móvil" would be a phone'],
    [{ parameters: { type: 'object', properties: { day: { type: 'strung' } } } }, 'its schema cannot be used'],
    [
      { parameters: { type: 'object', properties: { day: { $ref: 'https://example.org/day' } } } },
      'its schema cannot be used',
    ],
  ] as [Partial<Tool>, string][])('%j is refused', async (more, words) => {
    const { tool } = countingTool(more);
    bench = await toolBench([]);
    expect(() => bench.gate.check(tool)).toThrow(words);
  });
});
