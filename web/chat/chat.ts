/** A chat in a browser: its line and what was said, as one thing with a state. What it looks like, and in which language, is its owner's. */
import type { Button, Opening, ServerFrame, Ticket } from './frames.ts';
import { type Closed, type Line, openLine } from './line.ts';
import { again, type Log, merge, tapped, typed } from './log.ts';

/** An answer that takes longer seems to be written no more. */
const TYPING_MS = 60_000;

export interface ChatView {
  /** `idle`: nobody has opened it; `reconnecting`: the line broke, and is tried again. */
  state: 'idle' | 'connecting' | 'open' | 'reconnecting' | 'closed';
  /** Why it is closed. */
  why: Closed | undefined;
  log: Log;
  /** What is known of it since it was first open. */
  about: Pick<Opening, 'title' | 'language' | 'guest' | 'longest_text'> | undefined;
  mode: 'bot' | 'human';
  isTyping: boolean;
  /** So much of an answer is written; empty: nothing is shown of it. */
  draft: string;
  /** There is more than the log has, before it. */
  more: boolean;
  /** Messages that nobody has looked at. */
  unread: number;
  /** The last thing that was not taken, by its code. */
  trouble: string;
}

const FRESH = { log: [], about: undefined, mode: 'bot', isTyping: false, draft: '', more: false, unread: 0 } as const;

export interface ChatOptions {
  /** Asks the page's own server. */
  ticket(): Promise<Ticket>;
  /** What `websocket_url` is relative to. */
  base: string;
  /** The view is another one. */
  changed(): void;
}

export interface Chat {
  view(): ChatView;
  /** Opens its line, unless it is open; also one that was closed. */
  open(): void;
  say(text: string): void;
  tap(of: string, button: Button): void;
  /** Says once more what was not taken. */
  retry(id: string): void;
  /** Somebody looks at it, or nobody does. */
  look(on: boolean): void;
  dispose(): void;
}

export function createChat({ ticket, base, changed }: ChatOptions): Chat {
  let view: ChatView = { ...FRESH, state: 'idle', why: undefined, trouble: '' };
  let line: Line | undefined;
  let chat = '';
  let looksAt = false;
  let read = 0;
  let stopTyping: ReturnType<typeof setTimeout> | undefined;

  const show = (change: Partial<ChatView>) => {
    view = { ...view, ...change };
    changed();
  };

  function take(frame: ServerFrame): void {
    if (frame.type === 'open') {
      const { title, language, guest, longest_text, mode, more } = frame;
      // Somebody else's: what was shown of the one before is not his.
      if (chat && chat !== frame.chat) {
        const own = view.log.filter(({ state }) => state !== 'said');
        view = { ...view, ...FRESH, log: own };
        read = 0;
      }
      const isFirst = view.about === undefined;
      chat = frame.chat;
      Object.assign(view, { state: 'open', why: undefined, mode, more: isFirst ? more : view.more || more });
      view.about = { title, language, guest, longest_text };
    }
    if (frame.type === 'typing') typing(frame.on);
    if (frame.type === 'draft') view.draft = frame.text;
    if (frame.type === 'state') view.mode = frame.mode;
    if (frame.type === 'error') view.trouble = frame.code;
    if (frame.type === 'stored') view.trouble = '';
    if (frame.type === 'message' && frame.author !== 'customer') typing(false);
    const told = frame.type === 'open' ? frame.messages : frame.type === 'message' ? [frame] : [];
    if (frame.type === 'open') read = Math.max(read, frame.read);
    const news = told.filter(
      (one) => isTheirs(one) && one.cursor > read && !view.log.some((item) => item.id === one.id),
    );
    show({ log: merge(view.log, frame), unread: view.unread + news.length });
    const last = Math.max(0, ...told.filter(isTheirs).map(({ cursor }) => cursor));
    if (last > 0) line?.send({ type: 'delivered', cursor: last });
    seen();
  }

  function typing(on: boolean): void {
    clearTimeout(stopTyping);
    view.isTyping = on;
    if (!on) view.draft = '';
    else stopTyping = setTimeout(() => show({ isTyping: false }), TYPING_MS);
  }

  /** Tells, once, how far it was read. */
  function seen(): void {
    if (!looksAt || view.state !== 'open') return;
    const cursor = Math.max(0, ...view.log.filter(isTheirs).map((item) => item.cursor));
    if (cursor > read) line?.send({ type: 'read', cursor });
    read = Math.max(read, cursor);
    if (view.unread > 0) show({ unread: 0 });
  }

  function open(): void {
    if (line) {
      line.probe();
      return;
    }
    show({ state: 'connecting', why: undefined });
    line = openLine({
      ticket,
      base,
      frame: take,
      lost() {
        typing(false);
        show({ state: 'reconnecting' });
      },
      closed(why) {
        line = undefined;
        typing(false);
        if (why === 'gone') {
          chat = '';
          Object.assign(view, FRESH);
        }
        show({ state: 'closed', why });
      },
    });
    // What was said while it was closed.
    for (const item of view.log) if (item.state === 'sending') insist(item.id);
  }

  function insist(id: string): void {
    const item = view.log.find((one) => one.id === id);
    const of = view.log.find((one) => one.id === item?.of);
    if (!item) return;
    if (of?.tapped) line?.insist({ type: 'button', id, of: of.id, button: of.tapped });
    else line?.insist({ type: 'message', id, text: item.text });
  }

  const network = () => line?.probe();
  addEventListener('online', network);
  addEventListener('pageshow', network);

  return {
    view: () => view,
    open,
    say(text) {
      const id = newId();
      show({ log: typed(view.log, id, text, Date.now()), trouble: '' });
      if (line) insist(id);
      else open();
    },
    tap(of, button) {
      const id = newId();
      show({ log: tapped(view.log, id, of, button, Date.now()), trouble: '' });
      if (line) insist(id);
      else open();
    },
    retry(id) {
      show({ log: again(view.log, id), trouble: '' });
      if (line) insist(id);
      else open();
    },
    look(on) {
      looksAt = on;
      seen();
    },
    dispose() {
      removeEventListener('online', network);
      removeEventListener('pageshow', network);
      clearTimeout(stopTyping);
      line?.dispose();
      line = undefined;
    },
  };
}

const isTheirs = ({ author }: { author: string }) => author !== 'customer';

/** `crypto.randomUUID` is for secure pages only. */
const newId = () => `m_${crypto.getRandomValues(new BigUint64Array(2)).join('')}`;
