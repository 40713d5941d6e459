/** Tells when nothing is going on in this process that real time would finish: only then virtual time may move. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { setImmediate as nextRound, setTimeout as sleep } from 'node:timers/promises';
import { DragomanError } from '../core/errors.ts';

export interface Quiet {
  /**
   * Resolves when no request, file, name look-up or child process is under way, the event loop has run empty, and no node waits on a
   * timer of its own.
   * @throws DragomanError TURN_FAILED when that does not come to pass.
   */
  reached(): Promise<void>;
  /** Hosts outside this machine that were called since the last look. */
  foreignHosts(): string[];
  close(): void;
}

export interface QuietOptions {
  /** Requests that a stand-in holds on purpose: they end by virtual time, or never. */
  held(): number;
  /** Whether a node that is not ours works on a message of a running turn. */
  foreignWork(): boolean;
  /** Forgets such work: it took longer than anybody waits. */
  giveUp(): void;
  /** Whether an answer of a store is outstanding that is asked over a line. */
  asks(): boolean;
}

/** How long nodes with timers of their own (delay, trigger) are waited for; real time. */
const FOREIGN_MS = 10_000;
const LIMIT_MS = 30_000;
/** Rounds of the event loop without anything: a promise chain may need some before it asks for something new. */
const ROUNDS = 4;
/** Names of what Node.js says it works on, a call in another thread included (its port); the rest are open sockets, watchers and timers, which may stay for ever. */
const WORK = /req|connect|write|shutdown|immediate|zlib|process|messageport/i;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\]|::1)$/i;

export function watchProcess({ held, foreignWork, giveUp, asks }: QuietOptions): Quiet {
  /** Requests that left and are not answered yet. */
  const open = new Set<object>();
  const hosts = new Set<string>();

  const listeners: Record<string, (message: never) => void> = {
    // undici's, also under Node's own fetch.
    'undici:request:create': ({ request }: { request: { origin: string | URL } }) => {
      open.add(request);
      visit(new URL(request.origin).hostname);
    },
    'undici:request:trailers': ({ request }: { request: object }) => void open.delete(request),
    'undici:request:error': ({ request }: { request: object }) => void open.delete(request),
    'http.client.request.start': ({ request }: { request: { host: string } }) => {
      open.add(request);
      visit(request.host);
    },
    'http.client.response.finish': ({ request, response }: { request: object; response: IncomingMessage }) => {
      if (response.closed) open.delete(request);
      else response.once('close', () => open.delete(request));
    },
    'http.client.request.error': ({ request }: { request: object }) => void open.delete(request),
  };
  for (const [name, listener] of Object.entries(listeners)) subscribe(name, listener as () => void);

  function visit(host: string): void {
    if (!LOOPBACK.test(host)) hosts.add(host);
  }

  const work = () => process.getActiveResourcesInfo().filter((name) => WORK.test(name));

  async function reached(): Promise<void> {
    const start = performance.now();
    for (let calm = 0; calm < ROUNDS; ) {
      await nextRound();
      const busy = open.size > held() || work().length > 0 || asks();
      const waits = !busy && foreignWork();
      if (!busy && !waits) {
        calm++;
        continue;
      }
      calm = 0;
      const spent = performance.now() - start;
      if (waits && spent > FOREIGN_MS) giveUp();
      if (spent > LIMIT_MS)
        throw new DragomanError(
          'TURN_FAILED',
          `The process is still busy after ${LIMIT_MS / 1000} s: ${open.size} requests are under way, ${held()} of them held; ${work().join(', ')}.`,
          'Look for a node of the flow that goes on working by itself.',
        );
      if (spent > 5) await sleep(1);
    }
  }

  return {
    reached,
    foreignHosts() {
      const seen = [...hosts];
      hosts.clear();
      return seen;
    },
    close() {
      for (const [name, listener] of Object.entries(listeners)) unsubscribe(name, listener as () => void);
    },
  };
}
