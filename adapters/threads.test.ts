import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import { DragomanError } from '../core/errors.ts';
import { connect, type Handlers } from './threads.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

function pair(handlers: Handlers) {
  const { port1, port2 } = new MessageChannel();
  open.push(port1);
  connect(port2, handlers);
  return connect(port1, {});
}

it('calls by name, many at once, each with its own answer', async () => {
  const link = pair({
    add: ([a, b]: [number, number]) => a + b,
    late: async ([word]: [string]) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return new Map([[word, Float32Array.of(1, 2)]]);
    },
  });
  const late = link.call('late', ['x']);
  expect(await Promise.all([link.call('add', [1, 2]), link.call('add', [3, 4])])).toEqual([3, 7]);
  expect(await late).toEqual(new Map([['x', Float32Array.of(1, 2)]]));
});

it('brings errors over with what to do, also those of a function that is not there', async () => {
  const link = pair({
    plain: () => Promise.reject(new TypeError('No such thing.')),
    known: () => {
      throw new DragomanError('STORE_UNAVAILABLE', 'No.', 'Wait.', { cause: new Error('disk'), retryable: true });
    },
  });
  await expect(link.call('plain', [])).rejects.toThrow('No such thing.');
  const error = await link.call('known', []).catch((reason: unknown) => reason);
  expect(DragomanError.is(error) && error).toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: 'No.',
    action: 'Wait.',
    retryable: true,
    cause: 'disk',
  });
  await expect(link.call('other', [])).rejects.toThrow();
});

it('stops waiting by a signal, and tells the other side', async () => {
  const aborted = Promise.withResolvers<void>();
  const link = pair({
    wait: (_: never, signal) =>
      new Promise(() => signal.addEventListener('abort', () => aborted.resolve(), { once: true })),
  });
  const controller = new AbortController();
  const call = link.call('wait', [], controller.signal);
  controller.abort(new Error('Enough.'));
  await expect(call).rejects.toThrow('Enough.');
  await aborted.promise;
  await expect(link.call('wait', [], AbortSignal.abort(new Error('Never.')))).rejects.toThrow('Never.');
});

it('rejects all calls when it ends', async () => {
  const link = pair({ wait: () => new Promise(() => {}) });
  const call = link.call('wait', []);
  link.end(new Error('Gone.'));
  await expect(call).rejects.toThrow('Gone.');
  await expect(link.call('wait', [])).rejects.toThrow('Gone.');
});

it('tells without an answer', async () => {
  const heard = Promise.withResolvers<unknown[]>();
  const link = pair({ hear: (words: unknown[]) => heard.resolve(words) });
  link.tell('hear', 'a', 1);
  expect(await heard.promise).toEqual(['a', 1]);
});
