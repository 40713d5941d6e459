/** What a real Node-RED writes to its log while people write: one line a turn, and an LLM that fails told once. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import type { FlowItem } from '../support/harness.ts';

// The machine may be busy; nothing here depends on how long it takes.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const WEBHOOK = '/examples/provider';

let llm: Awaited<ReturnType<typeof startLlm>>;
let bot: Dragoman;
let person = 910_000;
/** Lines of ours from level info on. */
const lines: string[] = [];

beforeAll(async () => {
  llm = await startLlm();
  const handler = () => (entry: { msg?: unknown }) => {
    const line = String(entry.msg);
    if (line.startsWith('[dragoman]')) lines.push(line.slice('[dragoman] '.length));
  };
  bot = await startDragoman({
    flows: [],
    env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: llm.url },
    settings: { logging: { console: { level: 'off' }, kept: { level: 'info', handler } } },
  });
  const file = path.resolve(import.meta.dirname, '../../nodes/provider/example.json');
  const flow = JSON.parse(await readFile(file, 'utf8')) as FlowItem[];
  const own = (node: FlowItem) => ({ ...node, baseUrl: '', model: 'model-m', fallbackModel: '' });
  await bot.runtime.deploy(
    flow
      .map((node) => (node.type === 'dragoman-provider' ? own(node) : node))
      .map((node) => ('x' in node || node.type === 'tab' ? node : { ...node, config: true })),
  );
});
afterAll(async () => {
  await bot.stop();
  await llm.close();
});
beforeEach(() => {
  person++;
  lines.length = 0;
});

async function say(text: string): Promise<void> {
  await bot.happens('telegram', WEBHOOK, { kind: 'text', customer: { id: person, firstName: 'Ana' }, text });
  await bot.quiet();
}

async function conversation() {
  const all = await bot.engine.store.conversations({ limit: 100 });
  return all.find(({ address }) => JSON.stringify(address).includes(String(person)))!;
}

describe('a turn', () => {
  it('is one line: account, conversation, who wrote, how long, what became of it', async () => {
    await say('Hello');
    const { id } = await conversation();
    // The knowledge may be indexed in between.
    expect(lines.filter((line) => !line.startsWith('Knowledge'))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^Turn [-0-9a-f]{36} answered in \\d+ ms: account "[^"]+", conversation ${id}, written by model-m at 127.0.0.1:\\d+, sent\\.$`,
        ),
      ),
    ]);
    expect(lines.join()).not.toMatch(/Hello|Ana|91000/);
  });

  it('says what became of a reply that the platform refused', async () => {
    bot.simulator.faults.set({ platform: 'telegram', thread: String(person) }, { kind: 'blocked', times: 1 });
    await say('Hello');
    expect(lines.filter((line) => line.startsWith('Turn '))).toEqual([
      expect.stringMatching(/ answered .*, failed\.$/),
    ]);
  });

  it('says why the bot was silent', async () => {
    await say('Hello');
    await bot.engine.operator.takeOver((await conversation()).id);
    lines.length = 0;
    await say('And now?');
    expect(lines).toEqual([
      expect.stringMatching(/^Turn \S+ blocked in \d+ ms: account .*\. (llm|gateway|handoff): \S/),
    ]);
  });
});

describe('an LLM that fails', () => {
  it('is told once while it is away and once when it is back; every turn says who wrote instead', async () => {
    const failing = [401, 401, 401, 401, 401];
    llm.faults.push(...failing.map(() => ({ kind: 'unauthorized' }) as never));
    for (const _ of failing) await say('Hello?');
    const turns = lines.filter((line) => line.startsWith('Turn '));
    expect(turns).toHaveLength(failing.length);
    for (const turn of turns) expect(turn).toMatch(/written by (the static text|a quotation)/);
    const others = lines.filter((line) => !line.startsWith('Turn '));
    expect(others).toEqual([expect.stringMatching(/did not answer: .*Told once/)]);

    lines.length = 0;
    llm.faults.length = 0;
    await say('Hello again');
    expect(lines).toEqual([
      expect.stringMatching(/works again, after \d+ failures in \d+ s\.$/),
      expect.stringMatching(/^Turn .*written by model-m at /),
    ]);
  });
});
