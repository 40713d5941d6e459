/** How many bytes of bodies may be in memory at once, of all requests together: a limit for each one alone lets many fill it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Of what is not the editor's; sixteen of the largest webhooks. */
export const BODIES_BYTES = 64 * 1024 * 1024;

/** One request's part of it. */
export interface Share {
  /** @returns false where there is no room; nothing is taken then. */
  take(bytes: number): boolean;
  /** Gives back all that was taken. */
  release(): void;
}

export interface BodyBudget {
  /** The share is given back once the request is answered or its connection is gone. */
  open(request: IncomingMessage, response: ServerResponse): Share;
}

export function createBodyBudget(limitBytes: number): BodyBudget {
  let used = 0;
  /** One listener a connection, however many requests it brings; an answer that waits behind another one never hears that it closed. */
  const connections = new WeakMap<Socket, Set<() => void>>();

  function sharesOf(socket: Socket): Set<() => void> {
    const known = connections.get(socket);
    if (known) return known;
    const shares = new Set<() => void>();
    connections.set(socket, shares);
    socket.once('close', () => {
      for (const release of shares) release();
    });
    return shares;
  }

  return {
    open({ socket }, response) {
      let taken = 0;
      let over = false;
      const shares = sharesOf(socket);
      const release = () => {
        used -= taken;
        taken = 0;
        over = true;
        shares.delete(release);
        response.off('close', release);
      };
      shares.add(release);
      response.once('close', release);
      return {
        take(bytes) {
          // What comes after the answer is thrown away by Node.
          if (over) return true;
          if (used + bytes > limitBytes) return false;
          used += bytes;
          taken += bytes;
          return true;
        },
        release,
      };
    },
  };
}
