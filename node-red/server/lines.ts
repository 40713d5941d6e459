/**
 * The sockets of calls. Nobody is let in without a ticket; what comes is bounded in size and pace, and who does not read what he is sent is let go.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Refused } from '../../app/calls/calls.ts';
import { HEARTBEAT_MS, type Talk } from '../../app/calls/talk.ts';
import type { Live, Wire } from '../../core/ports.ts';
import { engineOrReason } from '../current.ts';
import { httpServer, type Red } from '../red.ts';

const LARGEST_FRAME = 64 * 1024;
/** What a slow reader may have waiting. */
const MOST_WAITING = 4 * 1024 * 1024;
/** A line that says nothing at all is dead. */
const DEAD_MS = 3 * HEARTBEAT_MS;
/** Text frames in a second, and at once. */
const FRAMES = { perSecond: 100, atOnce: 300 };
/** Sound may come so much faster than time goes by; milliseconds of it at once. */
const SOUND = { faster: 2, atOnce: 65_000 };
/** Of 16-bit samples at the highest rate. */
const BYTES_PER_MS = 48;

/** Serves `/calls/<id>/audio` under each root. @returns takes it out again */
export function serveLines(RED: Red, roots: string[]): () => void {
  const server = httpServer(RED);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_FRAME,
    perMessageDeflate: false,
    // What is offered beside it is the ticket.
    handleProtocols: (offered) => (offered.has('realtime') ? 'realtime' : false),
  });
  const path = new RegExp(
    `^(?:${roots.map((root) => root.replace(/[^\w/-]/g, '\\$&')).join('|')})/calls/([\\w-]{1,80})/audio/?$`,
  );

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const [name = '', query = ''] = (request.url ?? '').split('?', 2);
    const call = path.exec(name)?.[1];
    if (!call) return;
    socket.on('error', () => socket.destroy());
    admit(request, call, new URLSearchParams(query)).then(
      (found) => {
        sockets.handleUpgrade(request, socket, head, (client) => {
          if ('status' in found) sendAway(client, found);
          else hold(client, found.talk, found.live, found.cursor);
        });
      },
      () => socket.destroy(),
    );
  };
  server?.on('upgrade', upgrade);
  return () => {
    server?.off('upgrade', upgrade);
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
}

async function admit(request: IncomingMessage, call: string, query: URLSearchParams) {
  const current = engineOrReason();
  if ('reason' in current) return { status: 503 as const, reason: current.reason };
  const { calls, registry } = current.engine;
  const { authorization, host, origin } = request.headers;
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  const offer = (start: string) => offered.find((one) => one.startsWith(start))?.slice(start.length);
  const found = await calls.admit({
    ...{ call, origin, host },
    ticket:
      offer('dragoman-ticket.') ?? /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? query.get('ticket') ?? undefined,
    resume: offer('dragoman-resume.'),
  });
  if ('status' in found) return found;
  const live = registry.account(found.talk.call.accountId)!.channel.live!;
  return { ...found, live, cursor: numberIn(query, 'cursor') };
}

const numberIn = (query: URLSearchParams, name: string) => {
  const value = Number(query.get(name) ?? 0);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
};

/** A browser is told nothing of a handshake that was refused; so it is let in and sent away with a reason. */
const CODES: Record<Refused['status'], number> = { 401: 4401, 403: 4403, 404: 4404, 503: 1013 };

function sendAway(client: WebSocket, { status, reason }: Refused): void {
  client.on('error', () => {});
  client.close(CODES[status], reason.slice(0, 100));
}

/** One client, until it goes. */
function hold(client: WebSocket, talk: Talk, live: Live, cursor: number): void {
  const wire: Wire = {
    send(text) {
      if (client.bufferedAmount > MOST_WAITING) client.terminate();
      else if (client.readyState === client.OPEN) client.send(text);
    },
    waiting: () => client.bufferedAmount,
    close: (code, reason) => client.close(code, reason.slice(0, 100)),
  };
  const frames = createBudget(FRAMES.perSecond / 1_000, FRAMES.atOnce);
  const sound = createBudget(SOUND.faster * BYTES_PER_MS, SOUND.atOnce * BYTES_PER_MS);
  const dead = setTimeout(() => client.terminate(), DEAD_MS);
  client.on('message', (data: Buffer, isBinary) => {
    dead.refresh();
    const input = isBinary ? { kind: 'sound' as const, pcm: data } : live.read(data.toString('utf8'));
    const isIn = input.kind === 'sound' ? sound(input.pcm.length) : frames(1);
    if (!isIn) return void client.close(1008, 'Too much, too fast.');
    talk.take(input);
  });
  // A frame that is too large, or broken: the library closes.
  client.on('error', () => {});
  client.on('close', () => {
    clearTimeout(dead);
    talk.detach(wire);
  });
  talk.attach(wire, cursor);
}

/** So much in a millisecond, and so much at once. */
function createBudget(perMs: number, atOnce: number): (amount: number) => boolean {
  let left = atOnce;
  let at = performance.now();
  return (amount) => {
    const now = performance.now();
    left = Math.min(atOnce, left + (now - at) * perMs) - amount;
    at = now;
    return left >= 0;
  };
}
