/** A platform whose answers can be held back: it stands in front of the simulator, so that what the platform tells elsewhere comes first. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HeldPlatform {
  url: string;
  /** From now on answers are kept; resolves with the body of the next one, before it is given. */
  hold(): Promise<Record<string, unknown>>;
  /** Gives all that are kept. */
  release(): void;
  stop(): Promise<void>;
}

/** @param target base URL of the simulator, known once it runs */
export async function holdPlatform(target: () => string): Promise<HeldPlatform> {
  let holding: { kept: Promise<void>; release(): void; seen(body: Record<string, unknown>): void } | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = await fetch(target() + request.url, {
      method: request.method,
      headers: { ...(request.headers as Record<string, string>), host: '' },
      body: Buffer.concat(chunks),
    }).catch(() => undefined);
    if (!answer) {
      response.destroy();
      return;
    }
    const body = await answer.text();
    const held = holding;
    held?.seen(JSON.parse(body) as Record<string, unknown>);
    await held?.kept;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold() {
      const kept = Promise.withResolvers<void>();
      const seen = Promise.withResolvers<Record<string, unknown>>();
      holding = { kept: kept.promise, release: kept.resolve, seen: seen.resolve };
      return seen.promise;
    },
    release() {
      holding?.release();
      holding = undefined;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
