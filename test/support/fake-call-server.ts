/**
 * The other end of docs/calls.md, for tests of what runs in a browser: tickets, one line a call, what was said and from where sound is wanted after a line broke. It decides
 * nothing by itself but to store what is typed: tests say what it hears and answers. The real server has tests of its own.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** Bytes of a millisecond: 16 kHz in, 24 kHz out. */
const IN = 32;
const OUT = 48;

type Frame = { type: string } & Record<string, unknown>;
interface Stored {
  id: string;
  text: string;
  author: 'customer' | 'bot' | 'human';
}

export interface FakeOptions {
  recording: boolean;
  missing: { stt?: string; tts?: string };
  missingCodes: { stt?: string; tts?: string };
  heartbeatMs: number;
  resumeMs: number;
  /** What happens once typed words are stored. */
  typed(call: FakeCall, text: string): void;
}

export class FakeCall {
  readonly ticket = { session_id: randomUUID(), ticket: randomUUID(), resume: randomUUID() };
  /** JSON frames as they came, pings left out. */
  readonly got: Frame[] = [];
  /** Sizes of the binary frames and when they came; milliseconds. */
  readonly sounds: { bytes: number; at: number }[] = [];
  readonly items: Stored[] = [];
  /** All sound, in its place. */
  #heard: Buffer[] = [];
  /** Up to where the sound was committed; bytes. */
  committed = 0;
  /** How many lines were opened. */
  lines = 0;
  pings = 0;
  /** Pings get no answer. */
  deaf = false;
  readonly language: string | undefined;
  #socket: WebSocket | undefined;
  #options: FakeOptions;
  #used = false;

  constructor(options: FakeOptions, language: string | undefined) {
    this.#options = options;
    this.language = language;
  }

  /** Whether the word of a handshake opens it. */
  admits(word: string): boolean {
    if (word === `dragoman-resume.${this.ticket.resume}`) return true;
    if (this.#used || word !== `dragoman-ticket.${this.ticket.ticket}`) return false;
    this.#used = true;
    return true;
  }

  open(socket: WebSocket, cursor: number): void {
    const old = this.#socket;
    this.#socket = socket;
    old?.close(4409);
    this.lines++;
    this.#heard = [this.heard.subarray(0, this.committed)];
    const { recording, missing, missingCodes, heartbeatMs, resumeMs } = this.#options;
    this.send('session.created', {
      session: {
        id: this.ticket.session_id,
        dragoman: {
          call: this.ticket.session_id,
          account: 'Farmacia Aurora',
          language: this.language ?? null,
          recording,
          missing,
          missing_codes: missingCodes,
          resume_ms: resumeMs,
          heartbeat_ms: heartbeatMs,
          longest_ms: 1_800_000,
          audio_from_ms: this.committed / IN,
          cursor: this.items.length,
        },
      },
    });
    for (const [at, item] of this.items.entries()) if (at >= cursor) this.#tell(item);
    socket.on('message', (data: Buffer, binary) => {
      if (this.#socket !== socket) return;
      if (binary) this.#hear(data);
      else this.#take(JSON.parse(data.toString()) as Frame);
    });
  }

  #hear(sound: Buffer): void {
    this.sounds.push({ bytes: sound.length, at: performance.now() });
    this.#heard.push(sound);
  }

  get heard(): Buffer {
    if (this.#heard.length !== 1) this.#heard = [Buffer.concat(this.#heard)];
    return this.#heard[0]!;
  }

  /** Reads nothing for a while. */
  async doze(meanwhile: () => Promise<void>): Promise<void> {
    this.#socket?.pause();
    await meanwhile();
    this.#socket?.resume();
  }

  #take(frame: Frame): void {
    if (frame.type === 'dragoman.ping') {
      this.pings++;
      if (!this.deaf) this.send('dragoman.pong', { n: frame.n });
      return;
    }
    this.got.push(frame);
    if (frame.type === 'dragoman.end') this.end('caller');
    if (frame.type === 'conversation.item.create') {
      const { id, content } = frame.item as { id: string; content: { text: string }[] };
      if (!this.items.some((item) => item.id === id)) {
        this.store({ id, text: content[0]!.text, author: 'customer' });
        this.#options.typed(this, content[0]!.text);
      } else this.#tell(this.items.find((item) => item.id === id)!);
    }
  }

  send(type: string, more: object = {}): void {
    this.#socket?.send(JSON.stringify({ type, ...more }));
  }

  /** Words that are stored from now on. */
  store(item: Stored): void {
    this.items.push(item);
    this.#tell(item);
  }

  #tell({ id, text, author }: Stored): void {
    const role = author === 'customer' ? 'user' : 'assistant';
    const cursor = this.items.findIndex((item) => item.id === id) + 1;
    const content = [{ type: role === 'user' ? 'input_text' : 'output_text', text }];
    this.send('conversation.item.done', { item: { id, role, content, dragoman: { author, cursor } } });
  }

  /** Commits all sound that came, as words or as nothing. */
  commit(id: string, text: string): void {
    this.committed = this.heard.length;
    this.send('input_audio_buffer.committed', { item_id: id, audio_end_ms: this.committed / IN });
    this.send('conversation.item.input_audio_transcription.completed', { item_id: id, transcript: text });
    if (text) this.store({ id, text, author: 'customer' });
  }

  guess(id: string, text: string): void {
    this.send('conversation.item.input_audio_transcription.delta', { item_id: id, delta: text });
  }

  /** Stores an answer, and speaks it as a tone. */
  answer(id: string, text: string, ms: number): void {
    this.store({ id, text, author: 'bot' });
    this.voice(id, text, ms);
  }

  /** Speaks what is stored, also once more. */
  voice(id: string, text: string, ms: number): void {
    this.send('response.created', { response: { id: `response ${id}` } });
    this.send('response.output_audio_transcript.delta', { item_id: id, delta: text });
    this.speak(id, ms);
    this.send('response.output_audio.done', { item_id: id });
    this.send('response.done', { response: { id: `response ${id}`, status: 'completed' } });
  }

  /** A tone, in pieces of 100 ms. */
  speak(id: string, ms: number): void {
    for (let at = 0; at < ms; at += 100) {
      const piece = Buffer.alloc(100 * OUT);
      for (let sample = 0; sample < piece.length / 2; sample++)
        piece.writeInt16LE(Math.round(9_000 * Math.sin(((at * 24 + sample) * 2 * Math.PI * 440) / 24_000)), 2 * sample);
      this.send('response.output_audio.delta', { item_id: id, delta: piece.toString('base64') });
    }
  }

  end(reason: string): void {
    this.send('dragoman.ended', { reason, duration_ms: 65_000 });
    this.#socket?.close(1000);
  }

  /** The line breaks: nobody says goodbye. */
  cut(): void {
    this.#socket?.terminate();
    this.#socket = undefined;
  }

  close(code: number): void {
    this.#socket?.close(code);
  }

  /** Frames of a type, in the order in which they came. */
  of(type: string): Frame[] {
    return this.got.filter((frame) => frame.type === type);
  }
}

export interface FakeCallServer {
  options: FakeOptions;
  calls: FakeCall[];
  start(language?: string): { session_id: string; websocket_url: string; ticket: string; resume: string };
  /** Whoever comes next is refused: before the handshake, or with a code behind it. */
  refuse: number | undefined;
  close(): void;
}

/** @param server takes the socket's requests of this one */
export function fakeCallServer(server: Server, given: Partial<FakeOptions> = {}): FakeCallServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 65_536,
    perMessageDeflate: false,
    handleProtocols: () => 'realtime',
  });
  const options: FakeOptions = {
    recording: false,
    missing: {},
    missingCodes: {},
    heartbeatMs: 15_000,
    resumeMs: 30_000,
    typed: () => undefined,
    ...given,
  };
  const made: FakeCallServer = {
    options,
    calls: [],
    refuse: undefined,
    start(language) {
      const call = new FakeCall(options, language);
      made.calls.push(call);
      const { session_id, ticket } = call.ticket;
      return { ...call.ticket, websocket_url: `/calls/${session_id}/audio?ticket=${ticket}` };
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    const [realtime, word = ''] = (request.headers['sec-websocket-protocol'] ?? '').split(', ');
    const call = made.calls.find(({ ticket }) => pathname === `/calls/${ticket.session_id}/audio`);
    const fits = realtime === 'realtime' && call?.admits(word) && !searchParams.has('ticket');
    if (!call || !fits || made.refuse === 401) {
      socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      if (made.refuse) opened.close(made.refuse);
      else call.open(opened, Number(searchParams.get('cursor') ?? 0));
    });
  });
  return made;
}
