/** Knowledge by meaning with the key that is typed into a provider node: no variable holds it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LlmStandIn, startLlm } from '../../simulator/llm.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import type { FlowItem } from '../support/harness.ts';

let llm: LlmStandIn & { url: string; close(): Promise<void> };
let bot: Dragoman;
let folder: string;
const provider = (more: object = {}): FlowItem[] => [
  { id: 'llms', type: 'dragoman-provider', config: true, provider: 'openai', baseUrl: llm.url, version: 1, ...more },
];
const embedded = () => llm.journal.filter(({ path, status }) => path.endsWith('/embeddings') && status === 200).length;

beforeAll(async () => {
  llm = await startLlm({ key: 'sk-node-only' });
  folder = await mkdtemp(path.join(tmpdir(), 'embedding-key-'));
  await mkdir(path.join(folder, 'help'));
  await writeFile(path.join(folder, 'help', 'hours.md'), '# Opening hours\n\nThe shop opens at nine.\n');
  bot = await startDragoman({
    flows: provider(),
    credentials: { llms: { apiKey: 'sk-wrong' } },
    env: {
      EMBEDDING_MODEL: 'stand-in',
      EMBEDDING_BASE_URL: undefined,
      EMBEDDING_API_KEY: undefined,
      OPENAI_API_KEY: undefined,
      OPENAI_BASE_URL: undefined,
      DRAGOMAN_KNOWLEDGE: folder,
    },
  });
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await llm.close();
  await rm(folder, { recursive: true, force: true });
});

it('a refused key is no vector; the key of the next deploy makes those that are missing, without a restart', async () => {
  await bot.until(() => llm.journal.some(({ path, status }) => path.endsWith('/embeddings') && status === 401), 20_000);
  expect(embedded()).toBe(0);
  await bot.runtime.deploy(provider({ name: 'with its key' }), { llms: { apiKey: 'sk-node-only' } });
  await bot.until(() => embedded() > 0, 20_000);
  const before = embedded();
  await bot.until(async () => {
    const [found] = await bot.engine.knowledge.search('help', 'When does it open?', 1);
    expect(found).toMatchObject({ source: 'hours.md' });
    // The question too, once the index has the vectors.
    return embedded() > before;
  }, 20_000);
});
