/** A customer's page in a test: opens the line of a chat, sends, and keeps what it is told. */
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Dragoman } from './dragoman.ts';

export type Frame = Record<string, unknown> & { type: string };

export interface Shown {
  id: string;
  cursor: number;
  author: string;
  text: string;
  buttons?: { id: string; title: string }[];
}

/** As `POST /dragoman/api/chats` answers. */
export interface Started {
  chat_id: string;
  websocket_url: string;
  ticket: string;
  resume: string;
  guest: boolean;
}

export interface ChatLine {
  told: Frame[];
  /** Resolves with the first frame of this type that was not taken yet, now or later. */
  next<T = Frame>(type: string, fits?: (frame: Frame) => boolean): Promise<T & Frame>;
  send(frame: object | string): void;
  /** @returns the id that it has */
  say(text: string, id?: string): string;
  /** All messages that it was told, in their order. */
  shown(): Shown[];
  closed: Promise<{ code: number; reason: string }>;
  /** Breaks the line without a word. */
  cut(): void;
}

export async function startChat(bot: Dragoman, about: object = {}, token = 'test-token'): Promise<Started> {
  const answer = await fetch(`${bot.runtime.url}/dragoman/api/chats`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(about),
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Started;
}

/** Rejects with `closed with <code>` where the line is refused. */
export async function openChat(
  bot: Pick<Dragoman, 'runtime'>,
  started: Pick<Started, 'websocket_url'> & Partial<Started>,
  options: { resume?: string; cursor?: number; headers?: Record<string, string> } = {},
): Promise<ChatLine> {
  const { resume, cursor = 0, headers } = options;
  const url = new URL(started.websocket_url, bot.runtime.url.replace(/^http/, 'ws'));
  if (cursor) url.searchParams.set('cursor', String(cursor));
  const word = resume ? `dragoman-resume.${resume}` : `dragoman-ticket.${started.ticket}`;
  const socket = new WebSocket(url, ['dragoman-chat', word], { headers, perMessageDeflate: false });
  const told: Frame[] = [];
  const taken = new Set<Frame>();
  const waiting = new Set<() => void>();
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  socket.on('message', (data) => {
    told.push(JSON.parse(data.toString()) as Frame);
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('message', () => resolve());
    socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
    socket.once('error', reject);
  });
  const line: ChatLine = {
    told,
    closed,
    next<T>(type: string, fits: (frame: Frame) => boolean = () => true) {
      const { promise, resolve, reject } = Promise.withResolvers<T & Frame>();
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`No ${type} came; there were: ${told.map((frame) => JSON.stringify(frame)).join('\n')}`));
      }, 20_000);
      const look = () => {
        const found = told.find((frame) => frame.type === type && !taken.has(frame) && fits(frame));
        if (!found) return;
        taken.add(found);
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found as T & Frame);
      };
      waiting.add(look);
      look();
      return promise;
    },
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    say(text, id = randomUUID()) {
      line.send({ type: 'message', id, text });
      return id;
    },
    shown: () =>
      told.flatMap((frame) =>
        frame.type === 'open'
          ? (frame.messages as Shown[])
          : frame.type === 'message'
            ? [frame as unknown as Shown]
            : [],
      ),
    cut: () => socket.terminate(),
  };
  return line;
}
