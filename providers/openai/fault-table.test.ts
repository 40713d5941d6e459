/** Whatever goes wrong at a server: one correct reply or one fallback, never both, never silence, and no tool runs twice. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAnswering, type Question } from '../../core/answering/answering.ts';
import type { Clock } from '../../core/ports.ts';
import { type LlmDialect, type LlmFault, startLlm } from '../../simulator/llm.ts';
import { type LlmServer, providerAt, request } from '../../test/support/openai.ts';

const DIALECTS: LlmDialect[] = ['openai', 'vllm', 'ollama', 'llamacpp', 'chat-only'];

/** Waits are fifty times shorter; answers from loopback are not. */
const SPEED = 50;
const clock: Clock = {
  now: () => Date.now() * SPEED,
  at(at, wake) {
    const timer = setTimeout(wake, (at - Date.now() * SPEED) / SPEED);
    return () => clearTimeout(timer);
  },
};
const log = { debug() {}, info() {}, warn() {}, error() {} };

/** `once`: who answers when it happens once; otherwise who does while it lasts. */
const TABLE: [fault: LlmFault, once: 'main' | 'backup'][] = [
  [{ kind: 'unauthorized' }, 'backup'],
  [{ kind: 'rate-limit' }, 'main'],
  [{ kind: 'rate-limit', retryAfterSeconds: 30 }, 'backup'],
  [{ kind: 'quota' }, 'backup'],
  [{ kind: 'error' }, 'main'],
  [{ kind: 'error', status: 503 }, 'main'],
  [{ kind: 'reset' }, 'main'],
  [{ kind: 'cut' }, 'main'],
  [{ kind: 'delay', ms: 20 }, 'main'],
  [{ kind: 'hang' }, 'backup'],
  [{ kind: 'empty' }, 'main'],
  [{ kind: 'bad-json' }, 'main'],
  [{ kind: 'html' }, 'main'],
  [{ kind: 'refusal' }, 'backup'],
  [{ kind: 'filter' }, 'backup'],
  [{ kind: 'failed' }, 'main'],
];
const STREAM_TABLE: LlmFault[] = [
  { kind: 'cut' },
  { kind: 'eof' },
  { kind: 'stall' },
  { kind: 'stream-error' },
  { kind: 'malformed' },
  { kind: 'endless', ms: 10 },
];

const tools = [{ name: 'lead', description: 'Notes a lead.', parameters: { type: 'object' } }];

let llm: LlmServer;
let backup: LlmServer;
let runs: number;
beforeAll(async () => {
  backup = await startLlm();
});
afterAll(() => backup.close());

describe.each(DIALECTS)('%s', (dialect) => {
  beforeEach(async () => {
    llm = await startLlm({ dialect });
    for (const [name, server] of Object.entries({ main: llm, backup }))
      server.brain = ({ results, tools: offered }) =>
        offered.length && !results.length
          ? [{ call: 'lead', arguments: {} }]
          : `${name} says it, in so many words. Yes.`;
    // What the server can do is known.
    await answer({ tools, callTool: async () => 'noted' });
    await answer({ tools, callTool: async () => 'noted' });
    runs = 0;
  });
  afterEach(() => llm.close());

  async function answer(more: Partial<Question> = {}, answering = createAnswering({ clock, log })) {
    const chain = [
      { name: 'main', key: llm.url, provider: providerAt(llm.url, { streamIdleMs: 100 }) },
      { name: 'backup', key: backup.url, provider: providerAt(backup.url, { kind: 'fallback-llm' }) },
    ];
    const { timeoutMs: _, ...question } = request(more);
    const answered = await answering.answer(chain, question, { text: 'static' });
    return answered.text.split(' ')[0];
  }
  /** A tool that breaks the server for the requests after it. */
  const breaking = (fault: LlmFault, lasting: boolean): Partial<Question> => ({
    tools,
    callTool: async () => {
      runs++;
      if (lasting) llm.fault = fault;
      else llm.faults.push(fault);
      return 'noted';
    },
  });

  it.each(TABLE)('%j once', async (fault, once) => {
    llm.faults.push(fault);
    expect(await answer()).toBe(once);
  });

  it.each(TABLE)('%j for good', async (fault) => {
    llm.fault = fault;
    expect(await answer()).toBe(fault.kind === 'delay' ? 'main' : 'backup');
  });

  it.each(TABLE)('%j once, after a tool ran', async (fault, once) => {
    expect(await answer(breaking(fault, false))).toBe(once);
    expect(runs).toBe(1);
  });

  it.each(TABLE)('%j for good, after a tool ran', async (fault) => {
    expect(await answer(breaking(fault, true))).toBe(fault.kind === 'delay' ? 'main' : 'backup');
    expect(runs).toBe(1);
  });

  it.each(STREAM_TABLE)('a stream with %j is provisional: the answer is the backup’s', async (fault) => {
    const answering = createAnswering({ clock, log });
    // A slow answer: the next one is streamed.
    llm.faults.push({ kind: 'delay', ms: 100 });
    await answer({}, answering);
    llm.fault = fault;
    let shown = '';
    expect(await answer({ onWords: (soFar) => (shown = soFar) }, answering)).toBe('backup');
    expect(shown).toMatch(/^$|^main /);
  });

  it('static, when both servers fail', async () => {
    llm.fault = { kind: 'error' };
    backup.fault = { kind: 'quota' };
    expect(await answer()).toBe('static');
    backup.fault = null;
  });
});
