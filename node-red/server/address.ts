/** Where this server answers, for calls from this machine. */
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { NodeAPI } from 'node-red';
import { setting } from '../../core/settings.ts';
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

/** Whether a request came over TLS, as far as it is known: the address that the world knows says it, or the proxy does. */
export function isSecure(headers: IncomingHttpHeaders, socket: object | undefined): boolean {
  const known = URL.parse(setting('publicUrl'));
  if (known?.host === headers.host) return known?.protocol === 'https:';
  const [forwarded] = [headers['x-forwarded-proto']].flat();
  return forwarded ? forwarded.split(',')[0]!.trim() === 'https' : Boolean(socket && Reflect.get(socket, 'encrypted'));
}
