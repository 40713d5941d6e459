/** Reads knowledge files in a thread of their own: a long one takes seconds, a broken one may take all memory. */
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { PassageInput } from '../../core/ports.ts';
import { connect, entryOf, type Link } from '../threads.ts';
import type { ParseFile } from './parse-file.ts';

/** A file that takes longer is given up; milliseconds. */
const TIMEOUT = 120_000;
/** A page needs some hundred times its size, and tags that nobody closed stand in each other. */
const LIMITS: ResourceLimits = { maxOldGenerationSizeMb: 1024, stackSizeMb: 64 };

export interface Parser {
  /** One at a time. @throws as `parseFile`, and where the file takes too long or too much memory. */
  parse: ParseFile;
  /** Frees the thread; the next `parse` starts another. */
  rest(): Promise<void>;
}

export function createParser(resourceLimits = LIMITS): Parser {
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
      try {
        return await current.link.call<PassageInput[]>('parse', [file, content], AbortSignal.timeout(TIMEOUT));
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
        await rest();
        throw new Error(`It takes longer than ${TIMEOUT / 1000} seconds to read.`);
      }
    },
    rest,
  };
}
