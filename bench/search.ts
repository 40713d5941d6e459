/** How long a search takes in a base of so many passages, in this process: `node search.ts 100000` tells its parent `{ p50, p99 }` in milliseconds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openKnowledge } from '../stores/sqlite-knowledge/knowledge.ts';

const passages = Number(process.argv[2]);
const SEARCHES = 200;
const IN_A_FILE = 500;
const WORDS = 30_000;

/** Zipf's law, roughly: a few words are everywhere, most are rare. Repeatable. */
let seed = 42;
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};
const letters = 'abcdefghilmnopqrstuvz';
const vocabulary = Array.from({ length: WORDS }, () =>
  Array.from({ length: 4 + Math.floor(random() * 7) }, () => letters[Math.floor(random() * letters.length)]).join(''),
);
const word = () => vocabulary[Math.floor(WORDS ** random()) - 1]!;
const sentence = (length: number) => Array.from({ length }, word).join(' ');

const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-search-'));
const log = { debug() {}, info() {}, warn() {}, error() {} };
const knowledge = openKnowledge(path.join(folder, 'knowledge.db'), { log });
for (let file = 0; file * IN_A_FILE < passages; file++)
  await knowledge.put(
    'bench',
    `${file}.md`,
    `hash-${file}`,
    Array.from({ length: Math.min(IN_A_FILE, passages - file * IN_A_FILE) }, () => ({
      title: sentence(3),
      text: sentence(40),
    })),
  );
const took: number[] = [];
for (let search = 0; search < SEARCHES; search++) {
  const question = `${sentence(7)}?`;
  const began = performance.now();
  await knowledge.search('bench', question, 4);
  took.push(performance.now() - began);
}
took.sort((one, other) => one - other);
knowledge.close();
rmSync(folder, { recursive: true, force: true });
process.send!({ p50: took[SEARCHES / 2], p99: took[Math.floor(SEARCHES * 0.99)] });
