/** Tells the person at the terminal where to go. */
import type { Server } from 'node:http';
import type { NodeAPI } from 'node-red';
import { setting } from '../../core/settings.ts';
import { httpServer, type Red } from '../red.ts';
import { simulatorKey } from './near.ts';

export interface Listening {
  port: number | string;
  host: string;
}

/** An address that a browser on this machine can open: "any address" is answered on loopback too. */
function browserHost(host: string): string {
  if (host === '' || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** Root as Node-RED's settings give it (`/editor/`, `editor`, false) joined with a page, without the last slash. */
export function pathUnder(root: unknown, page = ''): string {
  const parts = `${typeof root === 'string' ? root : ''}/${page}`.split('/').filter(Boolean);
  return parts.map((part) => `/${part}`).join('');
}

export interface Announced {
  /** Below the root of the flows; false where it is not served. */
  setup: string | false;
  simulator: string | false;
  /** Node-RED tells where the editor is itself, where it is somebody else's. */
  editor: boolean;
}

/**
 * Logs one line with the addresses of set-up, the editor and the simulator, where they are on. The key in them is made anew with each start. To be called once, after `flows:started`, when the server listens.
 * @param listening what the server listens on; the port that it really got wins (`PORT=0`)
 */
export function announce(
  RED: Pick<NodeAPI, 'settings' | 'log' | 'server'>,
  listening: Listening,
  pages: Announced = { setup: 'setup', simulator: 'simulator', editor: true },
): void {
  const settings: Record<string, unknown> = { ...RED.settings };
  const address = RED.server.address();
  const port = typeof address === 'object' && address ? address.port : listening.port;
  const base = `${settings.https ? 'https' : 'http'}://${browserHost(listening.host)}:${port}`;
  const noEditor = !pages.editor || settings.httpAdminRoot === false || settings.disableEditor === true;
  const { setup, simulator } = pages;
  const link = (name: string, page: string | false) =>
    page === false || settings.httpNodeRoot === false
      ? []
      : [`${name}: ${base}${pathUnder(settings.httpNodeRoot, page)}?key=${simulatorKey}`];
  const lines = [
    ...link('Set-up', setup),
    ...(noEditor ? [] : [`Editor: ${base}${pathUnder(settings.httpAdminRoot) || '/'}`]),
    ...link('Simulator', setting('simulator') === 'off' ? false : simulator),
  ];
  if (lines.length) RED.log.info(lines.join('  '));
}

/** Calls it when the server listens, which may be now: a link that leads nowhere yet, or never will, is worth nothing. */
export function onceListening(RED: Red, listener: () => void): void {
  const server = httpServer(RED);
  if (!server || (server as Partial<Server>).listening) listener();
  else server.once('listening', listener);
}

/**
 * Says what to set where the server cannot listen: Node-RED's own lines name its settings file, which is not where the port comes from here.
 * To be called while plugins load: Node-RED ends the process in the listener that it adds after them.
 */
export function explainDeafness(RED: Pick<NodeAPI, 'log' | 'server'>, { port, host }: Listening): void {
  httpServer(RED as unknown as Red)?.on('error', (error: NodeJS.ErrnoException & { port?: number }) => {
    // What was really tried: Node-RED's own `-p` wins over the variable.
    const why = WHY[error.code ?? '']?.(error.port ?? port, host);
    if (why) RED.log.error(`[dragoman] ${why}`);
  });
}

const WHY: Record<string, (port: number | string, host: string) => string> = {
  EADDRINUSE: (port) =>
    `Another program listens on port ${port}, perhaps a Dragoman or Node-RED that runs already. Stop it, or take another port: PORT=${Number(port) + 1} npm start`,
  EACCES: (port) =>
    `Port ${port} is not open to this user. Take one from 1024 on, such as PORT=1880, with a proxy in front.`,
  EADDRNOTAVAIL: (_port, host) =>
    `This machine has no address ${host}. Set HOST to one of its own: 127.0.0.1 for this machine only, 0.0.0.0 for all.`,
  ENOTFOUND: (_port, host) =>
    `HOST names no machine: ${host}. Set it to an address: 127.0.0.1 for this machine only, 0.0.0.0 for all.`,
};
