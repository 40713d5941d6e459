/** Calls between two threads, each way by name. What is given and answered is copied. */
import type { MessagePort, Worker } from 'node:worker_threads';
import { DragomanError, describe, type ErrorCode } from '../core/errors.ts';

/** What one thread does for the other. The signal ends when the other no longer waits. */
export type Handlers = Record<string, (args: never, signal: AbortSignal) => unknown>;

/** Errors lose their own fields between threads. */
interface Told {
  message: string;
  code?: ErrorCode;
  action?: string;
  retryable?: boolean;
  cause?: string;
}

type Message =
  | { kind: 'call'; id: number; name: string; args: unknown[] }
  | { kind: 'tell'; name: string; args: unknown[] }
  | { kind: 'cancel'; id: number }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'failure'; id: number; error: Told };

export interface Link {
  /** @throws what the other thread throws, what ended the link, or the signal's reason. */
  call<T>(name: string, args: unknown[], signal?: AbortSignal): Promise<T>;
  /** A call without an answer. */
  tell(name: string, ...args: unknown[]): void;
  /** Rejects all calls that wait and those to come. */
  end(reason: unknown): void;
}

function told(error: unknown): Told {
  if (!DragomanError.is(error)) return { message: describe(error) };
  const { message, code, action, retryable, cause } = error;
  return { message, code, action, retryable, ...(cause === undefined ? {} : { cause: describe(cause) }) };
}

function errorOf({ message, code, action, retryable, cause }: Told): Error {
  return code ? new DragomanError(code, message, action ?? '', { cause, retryable }) : new Error(message);
}

export function connect(port: Worker | MessagePort, handlers: Handlers): Link {
  const waiting = new Map<number, { resolve(value: never): void; reject(error: unknown): void }>();
  const working = new Map<number, AbortController>();
  let last = 0;
  let ended: { reason: unknown } | undefined;
  const post = (message: Message) => port.postMessage(message);

  async function answer({ id, name, args }: Extract<Message, { kind: 'call' }>): Promise<void> {
    const controller = new AbortController();
    working.set(id, controller);
    try {
      post({ kind: 'answer', id, value: await handlers[name]!(args as never, controller.signal) });
    } catch (error) {
      post({ kind: 'failure', id, error: told(error) });
    } finally {
      working.delete(id);
    }
  }

  port.on('message', (message: Message) => {
    if (message.kind === 'call') void answer(message);
    else if (message.kind === 'tell') handlers[message.name]!(message.args as never, new AbortController().signal);
    else if (message.kind === 'cancel') working.get(message.id)?.abort();
    else {
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'answer') call?.resolve(message.value as never);
      else call?.reject(errorOf(message.error));
    }
  });

  return {
    call(name, args, signal) {
      return new Promise((resolve, reject) => {
        if (ended || signal?.aborted) return reject(ended ? ended.reason : signal?.reason);
        const id = ++last;
        waiting.set(id, { resolve, reject });
        signal?.addEventListener('abort', () => {
          if (!waiting.delete(id)) return;
          post({ kind: 'cancel', id });
          reject(signal.reason);
        });
        post({ kind: 'call', id, name, args });
      });
    },
    tell: (name, ...args) => post({ kind: 'tell', name, args }),
    end(reason) {
      ended = { reason };
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
    },
  };
}

/**
 * The file of a thread's entry.
 * @param entry its path from the project's root without the ending; `build.mjs` makes a file of each `*-worker.ts`.
 */
export function entryOf(entry: string): URL {
  // Built, this is in a folder below dist/, whichever chunk it went to.
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(`../${entry}.${isSource ? 'ts' : 'js'}`, import.meta.url);
}
