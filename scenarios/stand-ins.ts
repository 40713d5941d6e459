/** The platforms and the LLM of a scenario, on ports of their own; they outlive a restart of the bot. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../core/ports.ts';
import { createSimulator, type Simulator } from '../simulator/index.ts';
import { createLlm, type LlmStandIn } from '../simulator/llm.ts';
import type { LlmMode } from './format.ts';

export interface StandIns {
  simulator: Simulator;
  llm: LlmStandIn;
  /** Without a slash at the end; bases are `<platforms>/telegram` and so on. */
  platformsUrl: string;
  /** Ends in `/v1`. */
  llmUrl: string;
  behave(mode: LlmMode): void;
  /** Requests that are answered by virtual time, or never. */
  held(): number;
  stop(): Promise<void>;
}

export async function startStandIns(clock: Clock): Promise<StandIns> {
  const held = new Set<ServerResponse>();
  const current = new AsyncLocalStorage<ServerResponse>();
  const hold = (response: ServerResponse) => {
    if (response.closed) return;
    held.add(response);
    response.once('close', () => held.delete(response));
  };

  const simulator = createSimulator({ now: clock.now });
  // A fault left the request that is served now without an answer.
  simulator.onCall((call) => {
    const response = current.getStore();
    if (response && call.status === null) hold(response);
  });
  const platforms = await listen((request, response) => {
    current.run(response, () => {
      if (!simulator.handle(request, response, request.url ?? '/')) response.writeHead(404).end();
    });
  });

  const llm = createLlm();
  const ownBrain = llm.brain;
  let afterMs = 0;
  const thinking = (response: ServerResponse) =>
    new Promise<void>((resolve) => {
      hold(response);
      clock.at(clock.now() + afterMs, () => {
        held.delete(response);
        resolve();
      });
    });
  const models = await listen(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://stand-in');
    if (afterMs > 0) await thinking(response);
    if (response.destroyed) return;
    await llm.handle(request, response, pathname).catch(() => response.destroy());
    if (!response.writableEnded) hold(response);
  });

  return {
    simulator,
    llm,
    platformsUrl: platforms.url,
    llmUrl: `${models.url}/v1`,
    behave({ answers, afterMs: late = 0, fails, times }) {
      afterMs = late;
      const fault = fails ? ({ kind: fails } as NonNullable<LlmStandIn['fault']>) : null;
      llm.fault = times ? null : fault;
      llm.faults.splice(0, llm.faults.length, ...Array(fault && times ? times : 0).fill(fault));
      const left = [...(answers ?? [])];
      llm.brain = answers ? () => (left.length > 1 ? left.shift() : left[0]) ?? '' : ownBrain;
    },
    held: () => held.size,
    async stop() {
      simulator.reset();
      await Promise.all([platforms.close(), models.close()]);
    },
  };
}

async function listen(handler: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(handler);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
