/** A line to MongoDB that counts what goes over it: requests, and bytes both ways. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';

export interface Line {
  port: number;
  /** Since it was asked last. */
  counted(): { requests: number; bytes: number };
  close(): void;
}

export async function countingLine(host: string, port: number): Promise<Line> {
  let requests = 0;
  let bytes = 0;
  const server = createServer((client) => {
    const peer = connect(port, host);
    client.setNoDelay();
    peer.setNoDelay();
    // A message begins with its length; it may come in pieces, and several in one.
    let open = 0;
    let head = Buffer.alloc(0);
    client.on('data', (chunk) => {
      bytes += chunk.length;
      for (let rest = chunk; rest.length > 0; ) {
        if (open === 0) {
          head = Buffer.concat([head, rest.subarray(0, 4 - head.length)]);
          rest = rest.subarray(Math.min(rest.length, 4));
          if (head.length < 4) break;
          open = head.readInt32LE() - 4;
          head = Buffer.alloc(0);
          requests++;
        }
        const taken = Math.min(open, rest.length);
        open -= taken;
        rest = rest.subarray(taken);
      }
      peer.write(chunk);
    });
    peer.on('data', (chunk) => {
      bytes += chunk.length;
      client.write(chunk);
    });
    for (const [one, other] of [
      [client, peer],
      [peer, client],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    counted() {
      const now = { requests, bytes };
      requests = 0;
      bytes = 0;
      return now;
    },
    close: () => void server.close(),
  };
}
