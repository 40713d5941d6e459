/** A caller's program in a test: opens the socket of a call, sends, and keeps what it is told. */
import { WebSocket } from 'ws';

export type Told = Record<string, unknown> & { type: string };

export interface Line {
  told: Told[];
  /** Resolves with the first event of this type that was not taken yet, now or later. */
  next(type: string, fits?: (event: Told) => boolean): Promise<Told>;
  send(event: object): void;
  /** PCM. */
  sound(pcm: Uint8Array): void;
  type(text: string, id?: string): void;
  closed: Promise<{ code: number; reason: string }>;
  /** Breaks the line without a word. */
  cut(): void;
}

/** What begins a call gives. */
export interface Started {
  session_id: string;
  websocket_url: string;
  ticket: string;
  resume: string;
}

/** @param origin of the server: `http://127.0.0.1:1880`. Rejects where nobody is let in. */
export async function openLine(
  origin: string,
  started: Started,
  options: { resume?: string; cursor?: number; headers?: Record<string, string>; plays?: boolean } = {},
): Promise<Line> {
  const { resume, cursor = 0, headers, plays = true } = options;
  const url = new URL(started.websocket_url.split('?')[0]!, origin.replace(/^http/, 'ws'));
  url.search = `?cursor=${cursor}`;
  const word = resume ? `dragoman-resume.${resume}` : `dragoman-ticket.${started.ticket}`;
  const socket = new WebSocket(url, ['realtime', word], { headers, perMessageDeflate: false });
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  let taken = new Set<Told>();
  /** How much sound of each item came: a player that is always at the end. */
  const sounds = new Map<string, number>();
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  socket.on('message', (data) => {
    const event = JSON.parse(data.toString()) as Told;
    told.push(event);
    const item = String(event.item_id);
    if (event.type === 'response.output_audio.delta')
      sounds.set(item, (sounds.get(item) ?? 0) + Buffer.from(String(event.delta), 'base64').length / 48);
    if (event.type === 'response.output_audio.done' && plays)
      socket.send(JSON.stringify({ type: 'dragoman.played', item_id: item, audio_end_ms: sounds.get(item) ?? 0 }));
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('message', () => resolve());
    socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
    socket.once('error', reject);
  });
  const line: Line = {
    told,
    closed,
    next(type, fits = () => true) {
      const { promise, resolve, reject } = Promise.withResolvers<Told>();
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`No ${type} came; there were: ${told.map((event) => event.type).join(', ')}`));
      }, 20_000);
      const look = () => {
        const found = told.find((event) => event.type === type && !taken.has(event) && fits(event));
        if (!found) return;
        taken = new Set([...taken, found]);
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      return promise;
    },
    send: (event) => socket.send(JSON.stringify(event)),
    sound: (pcm) => socket.send(pcm),
    type(text, id) {
      const item = { id, type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
      line.send({ type: 'conversation.item.create', item });
    },
    cut: () => socket.terminate(),
  };
  return line;
}

/** The words of an event `conversation.item.done`. */
export const wordsOf = (event: Told): string =>
  (event.item as { content: { text: string }[] }).content.map(({ text }) => text).join('');

export const authorOf = (event: Told): string => (event.item as { dragoman: { author: string } }).dragoman.author;
