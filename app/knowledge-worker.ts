/** The thread that keeps the knowledge index: follows the files, answers searches. The entry of `startKnowledge`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type GivenUp, syncKnowledge } from '../adapters/knowledge/ingest.ts';
import { createParser } from '../adapters/knowledge/parser.ts';
import type { KnowledgeThread } from '../adapters/knowledge/thread.ts';
import { watchKnowledge } from '../adapters/knowledge/watch.ts';
import { connect } from '../adapters/threads.ts';
import type { Embedder, KnowledgeSearch, KnowledgeView, Logger, ReadFile } from '../core/ports.ts';
import { plural } from '../core/text/plural.ts';
import { openKnowledge } from '../stores/sqlite-knowledge/knowledge.ts';

/** A search waits so long for the files to be looked through at the start; milliseconds. */
const START = 5000;

const { file, folder, model } = workerData as KnowledgeThread;

const link = connect(parentPort!, {
  async search(asked: Parameters<KnowledgeSearch['search']>) {
    await Promise.race([lookedThrough.promise, late]);
    return knowledge.search(...asked);
  },
  bases: () => knowledge.bases(),
  look: () => watcher.look(),
  async explain(asked: Parameters<KnowledgeView['explain']>) {
    await Promise.race([lookedThrough.promise, late]);
    return knowledge.explain(...asked);
  },
  files: ([base]: [string]) => filesOf(base),
  passages: ([base, file]: [string, string]) => knowledge.passages(base, file),
});
const line = (level: keyof Logger) => (text: string) => link.tell('log', level, text);
const log: Logger = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
const embedder: Embedder | undefined =
  model === undefined
    ? undefined
    : { model, embed: (texts, signal) => link.call<Float32Array[]>('embed', [texts], signal) };

const knowledge = openKnowledge(file, { embedder, log });
const parser = createParser();
const lookedThrough = Promise.withResolvers<void>();
const late = sleep(START);

/** Of all bases there are: one that is left out has nothing. */
async function tellSizes(): Promise<void> {
  const bases = await knowledge.bases();
  link.tell('sizes', Object.fromEntries(bases.map((base) => [base, knowledge.size(base)])));
}

/** What had no passages the last time, or could not be read: the index holds nothing of that. Sources are `base/file`. */
let unread: ReadFile[] = [];
const givenUp: GivenUp = new Map();

async function filesOf(base: string): Promise<ReadFile[]> {
  const indexed = await knowledge.files(base);
  const names = new Set(indexed.map(({ source }) => source));
  const failed = new Map(unread.map((file) => [file.source, file]));
  return [
    // What is indexed of a file that cannot be read any more is what it was before.
    ...indexed.map((file) => ({ ...file, error: failed.get(`${base}/${file.source}`)?.error })),
    ...unread
      .filter(({ source }) => source.startsWith(`${base}/`))
      .map((file) => ({ ...file, source: file.source.slice(base.length + 1) }))
      .filter(({ source }) => !names.has(source)),
  ];
}

const watcher = watchKnowledge(
  folder,
  async () => {
    try {
      const { changed, removed, failed, empty } = await syncKnowledge(
        folder,
        knowledge,
        log,
        parser.parse,
        (base, progress) => link.tell('progress', base, progress),
        givenUp,
      );
      unread = [
        ...failed.map(({ file, error }) => ({ source: file, passages: 0, notes: [], error })),
        ...empty.map(({ file, notes }) => ({ source: file, passages: 0, notes })),
      ];
      // Before searches that wait are answered: "ready" is older news than what they find.
      await tellSizes();
      if (changed + removed > 0)
        log.info(`Knowledge indexed: ${plural(changed, 'file')} new or changed, ${removed} removed.`);
    } finally {
      lookedThrough.resolve();
      await parser.rest();
    }
  },
  log,
);
