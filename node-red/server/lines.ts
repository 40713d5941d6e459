/**
 * The sockets of calls and of chats. Nobody is let in without a ticket; what comes is bounded in size and pace, and who does not read what he is sent is let go.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Wire } from '../../core/ports.ts';
import { httpServer, type Red } from '../red.ts';
import type { Asking, Door, Held, Refused } from './line-door.ts';
import { callDoor } from './line-of-call.ts';
import { chatDoor } from './line-of-chat.ts';

const LARGEST_FRAME = 64 * 1024;
/** What a slow reader may have waiting. */
const MOST_WAITING = 4 * 1024 * 1024;

const DOORS: readonly Door[] = [callDoor, chatDoor];

/** Serves `/calls/<id>/audio` and `/chat/<id>/line` under each root. @returns takes them out again */
export function serveLines(RED: Red, roots: string[]): () => void {
  const server = httpServer(RED);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_FRAME,
    perMessageDeflate: false,
    // What is offered beside it is the ticket.
    handleProtocols: (offered) => DOORS.find(({ protocol }) => offered.has(protocol))?.protocol ?? false,
  });
  const under = roots.map((root) => root.replace(/[^\w/-]/g, '\\$&')).join('|');
  const paths = DOORS.map(({ kind, what }) => new RegExp(`^(?:${under})/${kind}/([\\w-]{1,80})/${what}/?$`));

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const [name = '', query = ''] = (request.url ?? '').split('?', 2);
    const index = paths.findIndex((path) => path.test(name));
    const door = DOORS[index];
    if (!door) return;
    const [, id = ''] = paths[index]!.exec(name)!;
    socket.on('error', () => socket.destroy());
    door.admit(askingOf(request, id, new URLSearchParams(query))).then(
      (found) => {
        sockets.handleUpgrade(request, socket, head, (client) => {
          if ('status' in found) sendAway(client, found);
          else hold(client, found, door.deadMs);
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

function askingOf({ headers }: IncomingMessage, id: string, query: URLSearchParams): Asking {
  const { authorization, host, origin } = headers;
  const offered = String(headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  const offer = (start: string) => offered.find((one) => one.startsWith(start))?.slice(start.length);
  const bearer = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  return {
    ...{ id, origin, host },
    ticket: offer('dragoman-ticket.') ?? bearer ?? query.get('ticket') ?? undefined,
    resume: offer('dragoman-resume.'),
    number(name) {
      const value = Number(query.get(name) ?? 0);
      return Number.isSafeInteger(value) && value > 0 ? value : 0;
    },
  };
}

/** A browser is told nothing of a handshake that was refused; so it is let in and sent away with a reason. */
const CODES: Record<Refused['status'], number> = { 401: 4401, 403: 4403, 404: 4404, 429: 4429, 503: 1013 };

function sendAway(client: WebSocket, { status, reason }: Refused): void {
  client.on('error', () => {});
  client.close(CODES[status], reason.slice(0, 100));
}

/** One client, until it goes. */
function hold(client: WebSocket, begin: (wire: Wire) => Held, deadMs: number): void {
  const wire: Wire = {
    send(text) {
      if (client.bufferedAmount > MOST_WAITING) client.terminate();
      else if (client.readyState === client.OPEN) client.send(text);
    },
    waiting: () => client.bufferedAmount,
    close: (code, reason) => client.close(code, reason.slice(0, 100)),
  };
  const dead = setTimeout(() => client.terminate(), deadMs);
  const held = begin(wire);
  client.on('message', (data: Buffer, isBinary) => {
    dead.refresh();
    if (!held.take(data, isBinary)) client.close(1008, 'Too much, too fast.');
  });
  // A frame that is too large, or broken: the library closes.
  client.on('error', () => {});
  client.on('close', () => {
    clearTimeout(dead);
    held.gone();
  });
}
