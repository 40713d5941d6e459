/** The knowledge bases, kept and searched in a thread of their own: indexing a long file takes seconds, and no webhook waits for it. */
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import { DragomanError, describe } from '../../core/errors.ts';
import type { Passage } from '../../core/model.ts';
import type {
  Embedder,
  Explained,
  KnowledgeSearch,
  KnowledgeView,
  Logger,
  PassageInput,
  ReadFile,
} from '../../core/ports.ts';
import { connect, entryOf, type Link } from '../threads.ts';
import type { Progress } from './ingest.ts';

/** Before a thread that has ended is started again; milliseconds. */
const AGAIN = 10_000;

/** `reading`: its files changed. `ready`: all are read. `missing`: there is no such base. Undefined while nobody has looked. */
export type BaseState =
  | ({ kind: 'reading' } & Progress)
  | { kind: 'ready'; passages: number }
  | { kind: 'missing' }
  | undefined;
/** What the thread (`app/knowledge-worker.ts`) is given. */
export interface KnowledgeThread {
  /** The index. */
  file: string;
  /** The knowledge files. */
  folder: string;
  /** Of the embedder, which stays with the other thread; undefined: search by text. */
  model: string | undefined;
}

export interface KnowledgeKept extends KnowledgeSearch, Omit<KnowledgeView, 'files'> {
  /** Passages are found by meaning too. */
  byMeaning: boolean;
  /** A base's state now, where it is known. */
  state(base: string): BaseState;
  /** What was made of each file of a base, those that could not be read last; one that is not there was not looked at yet. */
  files(base: string): Promise<ReadFile[]>;
  /** Tells a base's state now, where it is known, and at each change. @returns ends it. */
  follow(base: string, tell: (state: BaseState) => void): () => void;
  /** Looks through the files once more. */
  look(): void;
  /** The same; resolves when all of them are read. */
  looked(): Promise<void>;
  stop(): Promise<void>;
}

/** Indexes the knowledge folder now and whenever a file in it changes. @param options `file`: the index. */
export function startKnowledge(options: {
  file: string;
  folder: string;
  embedder: Embedder | undefined;
  log: Logger;
}): KnowledgeKept {
  const { file, folder, embedder, log } = options;
  let link: Link;
  let worker: Worker;
  let waiting = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  /** Known once the files were looked through. */
  let sizes: Record<string, number> | undefined;
  const reading = new Map<string, Progress>();
  const followers = new Set<() => void>();

  function stateOf(base: string): BaseState {
    const progress = reading.get(base);
    if (progress) return { kind: 'reading', ...progress };
    const passages = sizes?.[base];
    if (passages) return { kind: 'ready', passages };
    return sizes && { kind: 'missing' };
  }

  const changed = () => {
    for (const tell of followers) tell();
  };

  function start(): void {
    const workerData: KnowledgeThread = { file, folder, model: embedder?.model };
    worker = new Worker(entryOf('app/knowledge-worker'), { workerData, execArgv: [] });
    const own = connect(worker, {
      log: ([level, line]: [keyof Logger, string]) => log[level](line),
      progress([base, progress]: [string, Progress]) {
        reading.set(base, progress);
        changed();
      },
      sizes([all]: [Record<string, number>]) {
        sizes = all;
        reading.clear();
        changed();
      },
      embed: ([texts]: [string[]], signal) => embedder!.embed(texts, signal),
    });
    // Listening holds the process as well.
    if (waiting === 0) worker.unref();
    link = own;
    worker.on('error', (error) => log.error(`Knowledge cannot be searched for now: ${describe(error)}`));
    worker.on('exit', () => {
      own.end(
        new DragomanError(
          'STORE_UNAVAILABLE',
          'The thread of the knowledge index has ended.',
          'It is started again by itself; look at the log for what ended it.',
          { retryable: true },
        ),
      );
      if (!isStopped) timer = setTimeout(start, AGAIN).unref();
    });
  }
  start();

  /** The thread keeps the process alive, and shows among what it works on, while somebody waits for it. */
  async function ask<T>(name: string, ...args: unknown[]): Promise<T> {
    if (waiting++ === 0) worker.ref();
    try {
      return await link.call<T>(name, args);
    } finally {
      if (--waiting === 0) worker.unref();
    }
  }

  return {
    bases: () => ask<string[]>('bases'),
    follow(base, tell) {
      let last = stateOf(base);
      tell(last);
      const own = () => {
        const now = stateOf(base);
        if (isDeepStrictEqual(now, last)) return;
        last = now;
        tell(now);
      };
      followers.add(own);
      return () => void followers.delete(own);
    },
    byMeaning: embedder !== undefined,
    state: stateOf,
    look: () => link.tell('look'),
    looked: () => ask<void>('look'),
    explain: (...asked) => ask<Explained[]>('explain', ...asked),
    files: (base) => ask<ReadFile[]>('files', base),
    passages: (base, source) => ask<PassageInput[]>('passages', base, source),
    search: (...asked) => ask<Passage[]>('search', ...asked),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      // What it was writing is one transaction: there or not.
      await worker.terminate();
    },
  };
}
