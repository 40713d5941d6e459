/** The simulator as a server of its own, for tests. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Simulator, SimulatorOptions } from './api.ts';
import { createSimulator } from './simulator.ts';

export interface RunningSimulator extends Simulator {
  /** Without a slash at its end; API bases are `<url>/telegram`, `<url>/whatsapp`, `<url>/instagram`, `<url>/waha`. */
  url: string;
  stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const simulator = createSimulator(options);
  const server = createServer((req, res) => {
    if (simulator.handle(req, res, req.url ?? '/')) return;
    res.writeHead(404, { 'content-type': 'text/plain' }).end('Not a platform of the simulator.');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...simulator,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      simulator.reset();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
