/**
 * A token per conversation that has something to do: a job of BullMQ, at most one that waits and one that is looked at. Any worker takes it and
 * looks into the store; a token holds no work, so one that is lost, late or there twice costs time and nothing else.
 */
import { createNodeRedisClient, Queue, Worker } from 'bullmq';
import type { Clock, Wake } from '../../core/ports.ts';
import { connect, type RedisClient, type RedisLine, within } from './connection.ts';

const QUEUE = 'lanes';
/** Tokens that one worker looks at together: looking is short, and what it begins waits for its CPU. */
const AT_ONCE = 8;
/** Of a worker that died while it looked at a token. */
const LOCK_MS = 5_000;
/** BullMQ goes on after a broken line. */
const AGAIN_MS = 500;
/** It asks at least so often; seconds. */
const BLOCK_S = 2;
const CLOSE_MS = 3_000;

export interface Tokens {
  /** @returns false: there is no line yet */
  add(wake: Wake): boolean;
  /** From now on this process takes tokens. @param look must not reject; resolves when the next one may come */
  take(look: (wake: Wake) => Promise<void>): void;
  /** Takes none any more; resolves when none is looked at. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** @param prefix of its keys */
export function createTokens(line: RedisLine, clock: Clock, prefix: string): Tokens {
  // What goes wrong with a line is told by the line.
  const quiet = <T extends { on(event: 'error', listener: () => void): unknown }>(one: T): T => {
    one.on('error', () => {});
    return one;
  };
  const adapted = (client: RedisClient) => quiet(createNodeRedisClient(client as never));
  const options = { prefix, skipVersionCheck: true };
  let queue: Queue<Wake> | undefined;
  let worker: Worker<Wake> | undefined;
  let stopped = false;

  /** BullMQ is given a line that was there once: of one that never was it would not recover. */
  function onceThere(waits: 'waits' | undefined, begin: (connection: never) => void): void {
    const client = line.another(waits);
    client.once('ready', () => {
      if (!stopped) begin(adapted(client) as never);
    });
    connect(client);
  }

  onceThere(undefined, (connection) => {
    const defaultJobOptions = { removeOnComplete: true, removeOnFail: true };
    queue = quiet(new Queue<Wake>(QUEUE, { ...options, connection, skipMetasUpdate: true, defaultJobOptions }));
  });

  return {
    add(wake) {
      const { conversationId: id } = wake;
      const delay = Math.max(0, wake.at - clock.now());
      // The newest word holds: the store was asked last by whoever said it.
      const deduplication = { id, keepLastIfActive: true, replace: true };
      queue?.add(QUEUE, wake, { delay, deduplication }).catch(() => {});
      return queue !== undefined;
    },
    take(look) {
      // Refused at once, BullMQ would ask in a circle and nothing else would happen in this process.
      onceThere('waits', (connection) => {
        worker = quiet(
          // A job of another name is of a version to come, whose workers do without it as without any that is lost.
          new Worker<Wake>(QUEUE, async ({ name, data }) => (name === QUEUE ? look(data) : undefined), {
            ...{ ...options, connection, concurrency: AT_ONCE, drainDelay: BLOCK_S, runRetryDelay: AGAIN_MS },
            ...{ lockDuration: LOCK_MS, stalledInterval: LOCK_MS, maxStalledCount: 1_000 },
          }),
        );
      });
    },
    async stop() {
      stopped = true;
      const last = worker;
      worker = undefined;
      // One that waits for a line that is away is not waited for.
      if (last) await within(last.close(line.away() !== undefined), CLOSE_MS).catch(() => {});
    },
    async close() {
      await this.stop();
      if (queue) await within(queue.close(), CLOSE_MS).catch(() => {});
    },
  };
}
