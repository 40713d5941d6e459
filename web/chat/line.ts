/** A chat's line in a browser: opened with a ticket, kept alive, opened again where it breaks, so that no word is lost and none is said twice. */
import type { ClientFrame, ServerFrame, Ticket, Words } from './frames.ts';

/** How long a line may take until its first frame is here, and a ping until anything is. */
const OPEN_MS = 10_000;
const PONG_MS = 10_000;
/** Between two tries: anything up to a time that doubles. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const LEAST_WAIT_MS = 200;

const CLOSED: Record<number, Closed | undefined> = {
  1008: 'nonsense',
  1009: 'nonsense',
  4403: 'origin',
  4404: 'gone',
};

/**
 * Why it is closed until somebody asks for it again. `no-ticket`: the site gave none; `origin`: the server lets this site open no chat; `gone`: the chat was deleted;
 * `nonsense`: the server did not understand us.
 */
export type Closed = 'no-ticket' | 'origin' | 'gone' | 'nonsense';

export interface LineOptions {
  /** Asks the page's own server. Rejects where it gives none. */
  ticket(): Promise<Ticket>;
  /** What `websocket_url` is relative to. */
  base: string;
  frame(frame: ServerFrame): void;
  /** It broke, and is tried again. */
  lost(): void;
  closed(why: Closed): void;
}

export interface Line {
  /** Goes out until the server has answered it. */
  insist(words: Words): void;
  /** Goes out where the line is open; else it is told anew when it is. */
  send(frame: ClientFrame): void;
  /** The network seems to have changed: see whether the line is still there. */
  probe(): void;
  dispose(): void;
}

export function openLine({ ticket, base, frame, lost, closed }: LineOptions): Line {
  const unanswered = new Map<string, Words>();
  let granted: Ticket | undefined;
  let isUsed = false;
  /** Neither ticket nor word opens it any more. */
  let isVoid = false;
  let isAsking = false;
  let socket: WebSocket | undefined;
  let isOpen = false;
  let isOver = false;
  let cursor = 0;
  let tries = 0;
  let pings = 0;
  let retry: Timer;
  let opening: Timer;
  let beat: Timer;
  let pong: Timer;
  const laters = new Set<Timer>();

  async function connect(): Promise<void> {
    clearTimeout(retry);
    if (socket || isAsking || isOver) return;
    if (!granted || isVoid) {
      isAsking = true;
      try {
        const fresh = await ticket();
        isAsking = false;
        if (isOver) return;
        // Another chat: what was shown of the one before is its own.
        if (granted && granted.chat_id !== fresh.chat_id) cursor = 0;
        granted = fresh;
        [isUsed, isVoid] = [false, false];
      } catch {
        isAsking = false;
        if (!granted) finish('no-ticket');
        else tryAgain();
        return;
      }
    }
    const word = isUsed ? `dragoman-resume.${granted.resume}` : `dragoman-ticket.${granted.ticket}`;
    isUsed = true;
    const mine = new WebSocket(addressOf(granted.websocket_url, base, cursor), ['dragoman-chat', word]);
    socket = mine;
    opening = setTimeout(() => drop(mine), OPEN_MS);
    mine.onmessage = ({ data }) => {
      if (socket === mine) take(String(data));
    };
    mine.onclose = ({ code }) => {
      if (socket === mine) gone(code);
    };
  }

  function take(data: string): void {
    const one = read(data);
    if (!one) return;
    clearTimeout(pong);
    if (one.type === 'open') {
      clearTimeout(opening);
      [isOpen, tries] = [true, 0];
      cursor = Math.max(cursor, one.cursor);
      for (const { id } of one.messages) unanswered.delete(id);
      beat = setInterval(ping, one.heartbeat_ms);
      frame(one);
      for (const words of unanswered.values()) write(words);
      return;
    }
    if (one.type === 'message' || one.type === 'stored') {
      cursor = Math.max(cursor, one.cursor);
      unanswered.delete(one.id);
    }
    if (one.type === 'error' && one.id !== undefined) {
      if (one.retry_after_ms !== undefined) {
        later(one.id, one.retry_after_ms);
        return;
      }
      unanswered.delete(one.id);
    }
    if (one.type !== 'pong') frame(one);
  }

  function later(id: string, ms: number): void {
    const timer = setTimeout(() => {
      laters.delete(timer);
      const words = unanswered.get(id);
      if (words) write(words);
    }, ms);
    laters.add(timer);
  }

  function ping(): void {
    write({ type: 'ping', n: ++pings });
    clearTimeout(pong);
    const mine = socket;
    pong = setTimeout(() => drop(mine), PONG_MS);
  }

  function gone(code: number): void {
    const broke = isOpen;
    quiet();
    if (broke) lost();
    const why = CLOSED[code];
    // The site is asked anew.
    if (code === 4401) isVoid = true;
    if (why) finish(why);
    else tryAgain();
  }

  function tryAgain(): void {
    if (isOver) return;
    const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries++);
    clearTimeout(retry);
    retry = setTimeout(() => void connect(), LEAST_WAIT_MS + Math.random() * most);
  }

  function quiet(): void {
    socket = undefined;
    isOpen = false;
    for (const timer of [opening, beat, pong, ...laters]) clearTimeout(timer);
    laters.clear();
  }

  /** A line that does not answer. */
  function drop(old: WebSocket | undefined): void {
    if (!old || socket !== old) return;
    gone(1006);
    old.close();
  }

  function finish(why: Closed): void {
    if (isOver) return;
    isOver = true;
    closed(why);
  }

  function write(one: ClientFrame): void {
    if (isOpen) socket?.send(JSON.stringify(one));
  }

  void connect();
  return {
    insist(words) {
      unanswered.set(words.id, words);
      write(words);
    },
    send: write,
    probe() {
      if (isOpen) ping();
      else if (granted) void connect();
    },
    dispose() {
      isOver = true;
      clearTimeout(retry);
      const old = socket;
      quiet();
      old?.close(1000);
    },
  };
}

type Timer = ReturnType<typeof setTimeout> | undefined;

/** The ticket goes another way: an address stands in logs. */
function addressOf(url: string, base: string, cursor: number): URL {
  const address = new URL(url, base);
  address.protocol = address.protocol.replace(/^http/, 'ws');
  if (cursor > 0) address.searchParams.set('cursor', String(cursor));
  return address;
}

function read(data: string): ServerFrame | undefined {
  try {
    return JSON.parse(data) as ServerFrame;
  } catch {
    return undefined;
  }
}
