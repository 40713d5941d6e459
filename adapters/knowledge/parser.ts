/** Reads knowledge files in a thread of their own: a long one takes seconds, a broken one may take all memory. */
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { PassageInput } from '../../core/ports.ts';
import { connect, entryOf, type Link } from '../threads.ts';
import type { ParseFile } from './parse-file.ts';

/** A file that takes longer is given up; milliseconds. */
const TIMEOUT = 120_000;
/** A page needs some hundred times its size, and tags that nobody closed stand in each other. */
const LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 1024, stackSizeMb: 64 };
/** Bytes outside of the heap, which the limits do not count: what a file unpacks to. */
const MOST_UNPACKED = 1_000_000_000;
/** How often they are looked at; milliseconds. */
const LOOK = 200;

export interface Parser {
  /** One at a time. @throws as `parseFile`, and where the file takes too long or too much memory. */
  parse: ParseFile;
  /** Frees the thread; the next `parse` starts another. */
  rest(): Promise<void>;
}

/** @param most bytes outside of the heap. */
export function createParser(resourceLimits = LIMITS, most = MOST_UNPACKED): Parser {
  let current: { worker: Worker; link: Link } | undefined;
  let tell: (what: string) => void = () => {};

  function start(): { worker: Worker; link: Link } {
    const worker = new Worker(entryOf('adapters/knowledge/parse-worker'), {
      resourceLimits,
      execArgv: [],
    });
    const link = connect(worker, { tell: ([what]: [string]) => tell(what) });
    const ended = (error: Error) => {
      current = undefined;
      link.end(error);
    };
    worker.on('error', ended);
    worker.on('exit', () => ended(new Error('The thread that reads knowledge files has ended.')));
    return { worker, link };
  }

  async function rest(): Promise<void> {
    await current?.worker.terminate();
    current = undefined;
  }

  return {
    async parse(file, content, listener) {
      tell = listener;
      current ??= start();
      const { worker, link } = current;
      const given = new AbortController();
      const giveUp = (why: string) => given.abort(new Error(why));
      const timer = setTimeout(giveUp, TIMEOUT, `It takes longer than ${TIMEOUT / 1000} seconds to read.`);
      const looking = setInterval(async () => {
        const memory = await worker.getHeapStatistics().catch(() => undefined);
        if (memory && memory.external_memory > most) giveUp('It takes too much memory to read.');
      }, LOOK);
      try {
        return await link.call<PassageInput[]>('parse', [file, content], given.signal);
      } catch (error) {
        if (given.signal.aborted) await rest();
        throw error;
      } finally {
        clearTimeout(timer);
        clearInterval(looking);
      }
    },
    rest,
  };
}
