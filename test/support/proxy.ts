/** A TCP proxy between a client and its server, whose line can be broken in the ways that lines break. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline, Transform } from 'node:stream';

export interface TcpProxy extends AsyncDisposable {
  port: number;
  /** All well again; what was held by `freeze` goes on. */
  pass(): void;
  /** Ends the connections there are; new ones are taken. */
  cut(): void;
  /** Ends the connections there are and takes none until `pass`. */
  refuse(): void;
  /** Nothing comes through in either direction, also of new connections, which are taken; nobody is told. */
  freeze(): void;
  /** What comes from now on comes so many ms later. */
  delay(ms: number): void;
}

/** @param target port on this machine, or a host and port */
export async function startProxy(target: number | { host: string; port: number }): Promise<TcpProxy> {
  const { host, port } = typeof target === 'number' ? { host: '127.0.0.1', port: target } : target;
  const open = new Set<Socket>();
  let delayMs = 0;
  let refusing = false;
  let flows = Promise.withResolvers<void>();
  let frozen = false;
  flows.resolve();

  const slowly = () =>
    new Transform({
      async transform(chunk, _encoding, done) {
        if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
        if (frozen) await flows.promise;
        done(null, chunk);
      },
    });
  const endAll = () => {
    for (const socket of open) socket.resetAndDestroy();
  };

  const server = createServer((client) => {
    if (refusing) return void client.resetAndDestroy();
    const upstream = connect(port, host);
    for (const socket of [client, upstream]) {
      open.add(socket.setNoDelay());
      socket.once('close', () => open.delete(socket));
    }
    // An end that breaks ends the other one.
    pipeline(client, slowly(), upstream, () => client.destroy());
    pipeline(upstream, slowly(), client, () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const pass = () => {
    delayMs = 0;
    refusing = false;
    frozen = false;
    flows.resolve();
  };
  return {
    port: (server.address() as AddressInfo).port,
    pass,
    cut: endAll,
    refuse() {
      refusing = true;
      endAll();
    },
    freeze() {
      if (frozen) return;
      frozen = true;
      flows = Promise.withResolvers();
    },
    delay(ms) {
      delayMs = ms;
    },
    async [Symbol.asyncDispose]() {
      pass();
      endAll();
      await new Promise((closed) => server.close(closed));
    },
  };
}
