/** Where this server answers, for calls from this machine. */
import type { Server } from 'node:http';
import type { NodeAPI } from 'node-red';
import { httpServer, type Red } from '../red.ts';

/** With the root path of the flows, without a slash at the end: `http://127.0.0.1:1880`. Undefined while it does not listen. */
export function addressOf(RED: Pick<NodeAPI, 'settings' | 'server'>): string | undefined {
  const listening = (httpServer(RED as unknown as Red) as Server | undefined)?.address();
  if (typeof listening !== 'object' || listening === null) return undefined;
  const { address, family, port } = listening;
  const settings: Record<string, unknown> = { ...RED.settings };
  const any = address === '0.0.0.0' || address === '::';
  const host = any ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  const root = typeof settings.httpNodeRoot === 'string' ? settings.httpNodeRoot : '';
  const base = root.split('/').filter(Boolean).join('/');
  return `${settings.https ? 'https' : 'http'}://${host}:${port}${base && `/${base}`}`;
}
