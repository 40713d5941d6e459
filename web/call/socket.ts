/** A call's line: opened with a ticket, kept alive, and opened again where it breaks, so that nothing that was said or typed is lost. */
import type { ClientEvent, ServerEvent, Session, Ticket } from './frames.ts';
import { createRing } from './ring.ts';

const PING_MS = 15_000;
/** How long a line may take until the call's first frame is here. */
const OPEN_MS = 8_000;
/** So long the first one is tried, and one that broke where the server does not say for how long. */
const FIRST_MS = 10_000;
const RESUME_MS = 30_000;
/** Between two tries, at most. */
const WAITS_MS = [300, 600, 1_200, 2_400];
const LONGEST_WAIT_MS = 4_000;
/** After so much that waits in the browser, sound is late: it is left out. Bytes. */
const FULL = 1_048_576;
/** A full line, or a long way back: looked at again after so long. */
const AGAIN_MS = 50;
/** Somebody who hung up waits no longer for the server's word. */
const GOODBYE_MS = 3_000;

/**
 * Why a line is closed for good. `dragoman.ended` has reasons of its own: `caller`, `agent`, `silence`, `limit`, `lost`. Ours: `refused`: the ticket is not taken;
 * `elsewhere`: the call goes on in another window; `busy`: too many calls; `nonsense`: the server did not understand us; `unreachable`: it was never open.
 */
export interface Closed {
  reason: string;
  durationMs?: number;
}

const REASONS: Record<number, string | undefined> = {
  1000: 'ended',
  1008: 'nonsense',
  1009: 'nonsense',
  1013: 'busy',
  4401: 'refused',
  4403: 'refused',
  4404: 'lost',
  4409: 'elsewhere',
};

export interface LineOptions {
  ticket: Ticket;
  /** What `websocket_url` is relative to. */
  base: string;
  /** The call's first frame is here; `again`: after the line broke. */
  opened(session: Session, again: boolean): void;
  event(event: ServerEvent): void;
  /** The line broke and is tried again. */
  lost(): void;
  /** The last that is told. */
  closed(why: Closed): void;
  /** Sound was left out: the line takes less than is said. */
  dropped(): void;
}

export interface Line {
  /** 20 ms of sound. What is said before the line was ever open is not kept. */
  sound(frame: ArrayBuffer): void;
  /** Goes out where the line is open; else nobody needs it any more. */
  send(event: ClientEvent): void;
  /** Typed words: they go out until the server has stored them. */
  insist(event: Extract<ClientEvent, { type: 'conversation.item.create' }>): void;
  /** The network seems to have changed: see whether the line is still there. */
  probe(): void;
  /** The caller hangs up. */
  end(): void;
}

export function openLine({ ticket, base, opened, event, lost, closed, dropped }: LineOptions): Line {
  const ring = createRing();
  /** By the ids of their items. */
  const unanswered = new Map<string, ClientEvent>();
  let socket: WebSocket | undefined;
  let live = false;
  let wasOpen = false;
  let over = false;
  let cursor = '';
  let tries = 0;
  /** Since when there is no line. */
  let since = Date.now();
  let resumeMs = RESUME_MS;
  let heartbeatMs = PING_MS;
  let pings = 0;
  let pingedAt = 0;
  /** Nothing has come since the last ping. */
  let asked = false;
  let retry: Timer;
  let opening: Timer;
  let beat: ReturnType<typeof setInterval> | undefined;
  let pumping: Timer;
  let goodbye: Timer;

  function connect(): void {
    // Whether a ticket was used when the first line broke, only the server knows; after a first try either may be right.
    const word = wasOpen || tries % 2 === 1 ? `dragoman-resume.${ticket.resume}` : `dragoman-ticket.${ticket.ticket}`;
    const mine = new WebSocket(addressOf(ticket.websocket_url, base, cursor), ['realtime', word]);
    socket = mine;
    opening = setTimeout(() => drop(), OPEN_MS);
    mine.onmessage = ({ data }) => {
      if (socket === mine) take(String(data));
    };
    mine.onclose = ({ code }) => {
      if (socket === mine) gone(code);
    };
  }

  function take(text: string): void {
    asked = false;
    const one = read(text);
    if (!one) return;
    if (one.type === 'session.created') {
      begin(one.session);
      return;
    }
    if (!live) return;
    if (one.type === 'conversation.item.done') {
      cursor = String(one.item.dragoman.cursor);
      unanswered.delete(one.item.id);
    }
    if (one.type === 'input_audio_buffer.committed') ring.forget(one.audio_end_ms);
    if (one.type !== 'dragoman.pong') event(one);
    if (one.type === 'dragoman.ended') finish({ reason: one.reason, durationMs: one.duration_ms });
  }

  function begin(session: Session): void {
    const { dragoman } = session;
    const again = wasOpen;
    clearTimeout(opening);
    wasOpen = true;
    live = true;
    tries = 0;
    cursor ||= String(dragoman.cursor);
    resumeMs = dragoman.resume_ms;
    heartbeatMs = Math.min(dragoman.heartbeat_ms, PING_MS);
    pingedAt = Date.now();
    beat = setInterval(tick, heartbeatMs / 4);
    opened(session, again);
    if (again) ring.rewind(dragoman.audio_from_ms);
    for (const each of unanswered.values()) write(each);
    pump();
  }

  function gone(code: number): void {
    socket = undefined;
    live = false;
    for (const timer of [retry, opening, pumping]) clearTimeout(timer);
    clearInterval(beat);
    if (over) return;
    const reason = goodbye === undefined ? REASONS[code] : 'caller';
    if (reason) finish({ reason });
    else tryAgain();
  }

  function tryAgain(): void {
    if (tries === 0) {
      since = Date.now();
      if (wasOpen) lost();
    }
    const wait = (WAITS_MS[tries] ?? LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
    tries++;
    if (Date.now() + wait - since > (wasOpen ? resumeMs : FIRST_MS))
      finish({ reason: wasOpen ? 'lost' : 'unreachable' });
    else retry = setTimeout(connect, wait);
  }

  /** Leaves a line that does not answer. */
  function drop(): void {
    const old = socket;
    socket = undefined;
    old?.close();
    gone(1006);
  }

  function finish(why: Closed): void {
    if (over) return;
    over = true;
    clearTimeout(goodbye);
    const old = socket;
    gone(1000);
    old?.close(1000);
    closed(why);
  }

  /** Pings when it is time; a ping that nothing came after means that nobody is there. */
  function tick(): void {
    if (!live || Date.now() - pingedAt < heartbeatMs) return;
    if (asked) drop();
    else ping();
  }

  function ping(): void {
    pingedAt = Date.now();
    asked = true;
    write({ type: 'dragoman.ping', n: ++pings });
  }

  function write(one: ClientEvent): void {
    if (takes()) socket?.send(JSON.stringify(one));
  }

  /** A line that is being closed is live until the browser says so. */
  function takes(): boolean {
    return live && socket?.readyState === WebSocket.OPEN;
  }

  /** Sends what waits of the sound, as fast as the line takes it. */
  function pump(): void {
    clearTimeout(pumping);
    while (takes() && socket && ring.waiting() > 0) {
      if (socket.bufferedAmount > FULL) {
        pumping = setTimeout(pump, AGAIN_MS);
        return;
      }
      const frame = ring.next();
      if (frame) socket.send(frame);
    }
  }

  connect();
  return {
    sound(frame) {
      if (!wasOpen || over) return;
      tick();
      if (live && ring.waiting() === 0 && (socket?.bufferedAmount ?? 0) > FULL) {
        dropped();
        return;
      }
      ring.push(new Uint8Array(frame));
      pump();
    },
    send: write,
    insist(one) {
      unanswered.set(one.item.id, one);
      write(one);
    },
    probe() {
      if (!live) {
        // Whoever waits for a network need not wait for the timer as well.
        if (over || socket) return;
        clearTimeout(retry);
        connect();
        return;
      }
      ping();
      clearTimeout(opening);
      opening = setTimeout(() => asked && drop(), OPEN_MS / 2);
    },
    end() {
      const leave = () => finish({ reason: 'caller' });
      if (!live) {
        leave();
        return;
      }
      write({ type: 'dragoman.end' });
      goodbye = setTimeout(leave, GOODBYE_MS);
    },
  };
}

type Timer = ReturnType<typeof setTimeout> | undefined;

/** The ticket goes another way: an address stands in logs. */
function addressOf(url: string, base: string, cursor: string): URL {
  const address = new URL(url, base);
  address.protocol = address.protocol.replace(/^http/, 'ws');
  address.searchParams.delete('ticket');
  if (cursor) address.searchParams.set('cursor', cursor);
  return address;
}

function read(text: string): ServerEvent | undefined {
  try {
    return JSON.parse(text) as ServerEvent;
  } catch {
    return undefined;
  }
}
