import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TurnMessage } from '../../app/turn.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig, entryNodes } from '../../test/support/flow-nodes.ts';

let knowledge: string;
let bot: Dragoman;
let person = 50_000;
beforeAll(async () => {
  knowledge = await mkdtemp(path.join(tmpdir(), 'dragoman-rag-'));
  await mkdir(path.join(knowledge, 'help'));
  await writeFile(path.join(knowledge, 'help', 'hours.md'), '# Opening hours\n\nThe shop opens at nine.\n');
  await writeFile(
    path.join(knowledge, 'help', 'returns.md'),
    '# Returns\n\nA parcel can be returned for thirty days.\n',
  );
  bot = await startDragoman({
    flows: [
      accountConfig('bot'),
      ...entryNodes('bot', '/hook', 'rag'),
      { id: 'rag', type: 'dragoman-rag', base: 'help', limit: 1, version: 1, wires: [['seen']] },
      { id: 'seen', type: 'tap' },
      accountConfig('second'),
      ...entryNodes('second', '/astray', 'astray'),
      { id: 'astray', type: 'dragoman-rag', base: 'hlep', limit: 1, version: 1, wires: [['seen']] },
      { id: 'watch', type: 'status', scope: ['astray'], wires: [['shown']] },
      { id: 'shown', type: 'tap' },
    ],
    env: { DRAGOMAN_KNOWLEDGE: knowledge },
  });
  await bot.until(async () => (await bot.engine.knowledge.search('help', 'returns', 1))[0]);
}, 60_000);
afterAll(async () => {
  await bot.stop();
  await rm(knowledge, { recursive: true, force: true });
});

async function found(text: string): Promise<TurnMessage> {
  await bot.happens('telegram', '/hook', { kind: 'text', customer: { id: ++person }, text });
  const msg = (await bot.runtime.next('seen', 10_000)) as TurnMessage;
  await bot.quiet();
  return msg;
}

it('puts the passages that fit, no more than asked for, into the turn with their source', async () => {
  const msg = await found('When does the shop open?');
  expect(msg.payload).toBe('When does the shop open?');
  expect(msg.turn!.passages).toMatchObject([
    { base: 'help', source: 'hours.md', text: expect.stringContaining('nine') },
  ]);
});

it('finds nothing where nothing fits', async () => {
  expect((await found('zzyzx quux')).turn!.passages).toEqual([]);
});

it('B6 lets the message go on without context when the search fails, and logs it', async () => {
  const { knowledge: index, log } = bot.engine;
  const { search } = index;
  const { warn } = log;
  const warnings: string[] = [];
  // The only way to a disk that fails, for a reader of this one file.
  index.search = () => Promise.reject(new Error('disk I/O error'));
  log.warn = (line) => void warnings.push(line);
  try {
    const msg = await found('When does the shop open?');
    expect(msg.turn!.passages).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/"help" could not be searched.*disk I\/O error/)]);
  } finally {
    Object.assign(index, { search });
    Object.assign(log, { warn });
  }
});

it('shows which base is not there, and lets the message go on', async () => {
  const { log } = bot.engine;
  const { warn } = log;
  const warnings: string[] = [];
  log.warn = (line) => void warnings.push(line);
  try {
    await bot.happens('telegram', '/astray', { kind: 'text', customer: { id: ++person }, text: 'When does it open?' });
    const msg = (await bot.runtime.next('seen', 10_000)) as TurnMessage;
    await bot.quiet();
    expect(msg.turn!.passages).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('KNOWLEDGE_MISSING: There is no knowledge base "hlep".')]);
    expect(await bot.runtime.next('shown')).toMatchObject({ status: { fill: 'red', text: 'no knowledge "hlep"' } });
  } finally {
    Object.assign(log, { warn });
  }
});

it('shows how much there is, and again when the files change', async () => {
  const shown = async () => {
    const { status } = (await bot.runtime.next('counted', 10_000)) as unknown as {
      status: { fill: string; text: string };
    };
    return [status.fill, status.text];
  };
  await bot.runtime.deploy([
    { id: 'rag', type: 'dragoman-rag', base: 'help', limit: 1, version: 1, wires: [[]] },
    { id: 'watch', type: 'status', scope: ['rag'], wires: [['counted']] },
    { id: 'counted', type: 'tap' },
  ]);
  expect(await shown()).toEqual(['green', '2 passages']);
  await writeFile(path.join(knowledge, 'help', 'parking.md'), '# Parking\n\nBehind the house.\n');
  const seen: string[][] = [];
  while (seen.at(-1)?.[1] !== '3 passages') seen.push(await bot.until(shown));
  expect(seen).toEqual([
    ['blue', 'file 2 of 3'],
    ['green', '3 passages'],
  ]);
});

it('offers the knowledge that there is to the editor', async () => {
  const answer = await fetch(`${bot.runtime.url}/admin/dragoman/knowledge`);
  expect(await answer.json()).toEqual({ bases: ['help'] });
});
