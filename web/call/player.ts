/** What the call says: sound is queued as it comes, and stops within the tick that says so. */
import { RATE_OUT, samplesOf } from './pcm.ts';

/** Between two words of how much was played. */
const MARK_MS = 500;
/** The first sound waits so long, so that the next is there before it is over. */
const LEAD_MS = 30;
/** So long the device may still have sound that the browser has given it. */
const REST_MS = 500;

export interface PlayerEvents {
  /** So much of the item was played by now; `whole`: all of it. */
  played(item: string, ms: number, whole: boolean): void;
  /** Sound began or ended. */
  sounding(on: boolean): void;
  /** The browser lets this page make no sound, or does again. */
  blocked(on: boolean): void;
}

export interface Player {
  /** The item's sound begins, also once more: what was played of it before does not count. */
  begin(item: string): void;
  /** @param base64 PCM, 24 kHz */
  add(item: string, base64: string): void;
  /** The item's sound is all there. */
  done(item: string): void;
  /** Pauses, and goes on where it was. */
  hold(on: boolean): void;
  /** Stops at once; what comes later of these items is not played, unless it begins again. @returns how far the item was played; milliseconds */
  clear(item: string): number;
  /** Stops, because the line broke: what was not heard begins again on the next one. */
  drop(): void;
  /** Nothing more comes; what is here is played to its end. */
  finish(): void;
  close(): void;
  sounds(): boolean;
  /** What a click of the caller allows. */
  unblock(): void;
  /** @param device id; empty: the system's own */
  output(device: string): Promise<void>;
}

interface Item {
  id: string;
  /** Samples that were played before those of the queue. */
  played: number;
  done: boolean;
}

interface Piece {
  item: Item;
  samples: Float32Array<ArrayBuffer>;
  /** Absent while it is held. */
  source?: AudioBufferSourceNode;
  /** The sample of the clock it begins with. */
  start: number;
}

/** In browsers that have it; TypeScript's types do not. */
type WithSink = AudioContext & { setSinkId?(device: string): Promise<void> };

/** Whether the caller may choose where the sound goes. */
export const choosesOutput = (): boolean => 'setSinkId' in AudioContext.prototype;

/** Called while the caller's click is handled, or the browser may forbid it to sound. */
export function createPlayer({ played, sounding, blocked }: PlayerEvents): Player {
  const context: WithSink = new AudioContext({ sampleRate: RATE_OUT });
  const items = new Map<string, Item>();
  const cleared = new Set<string>();
  let queue: Piece[] = [];
  /** The sample of the clock after the last piece. */
  let end = 0;
  let held = false;
  let finishing = false;
  let marks: ReturnType<typeof setInterval> | undefined;
  context.onstatechange = () => context.state !== 'closed' && blocked(context.state !== 'running');
  void context.resume();

  const clock = () => Math.round(context.currentTime * RATE_OUT);
  const toMs = (samples: number) => Math.round((samples * 1_000) / RATE_OUT);
  const partOf = ({ source, start, samples }: Piece) =>
    source ? Math.max(0, Math.min(samples.length, clock() - start)) : 0;
  const position = (item: Item) =>
    queue.reduce((sum, piece) => (piece.item === item ? sum + partOf(piece) : sum), item.played);

  function itemOf(id: string): Item {
    const item = items.get(id) ?? { id, played: 0, done: false };
    items.set(id, item);
    return item;
  }

  function schedule(piece: Piece): void {
    const buffer = context.createBuffer(1, piece.samples.length, RATE_OUT);
    buffer.copyToChannel(piece.samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    piece.source = source;
    piece.start = Math.max(end, clock() + (LEAD_MS * RATE_OUT) / 1_000);
    end = piece.start + piece.samples.length;
    source.onended = () => over(piece);
    source.start(piece.start / RATE_OUT);
  }

  function over(piece: Piece): void {
    queue = queue.filter((one) => one !== piece);
    piece.item.played += piece.samples.length;
    whole(piece.item);
    settle();
  }

  /** Tells of an item whose end was heard. */
  function whole(item: Item): void {
    if (!item.done || queue.some((piece) => piece.item === item)) return;
    played(item.id, toMs(item.played), true);
  }

  function settle(): void {
    const on = queue.length > 0;
    if (on && !marks) {
      sounding(true);
      marks = setInterval(mark, MARK_MS);
    }
    if (!on && marks) {
      clearInterval(marks);
      marks = undefined;
      sounding(false);
    }
    if (!on && finishing) setTimeout(() => context.state !== 'closed' && void context.close(), REST_MS);
  }

  function mark(): void {
    const [first] = queue;
    if (first && !held) played(first.item.id, toMs(position(first.item)), false);
  }

  /** Nothing sounds any more; what was not played stays in the queue. */
  function stop(): void {
    for (const piece of queue) {
      if (!piece.source) continue;
      const part = partOf(piece);
      piece.source.onended = null;
      piece.source.stop();
      piece.source.disconnect();
      piece.source = undefined;
      piece.item.played += part;
      piece.samples = piece.samples.subarray(part);
    }
    queue = queue.filter(({ samples }) => samples.length > 0);
    end = 0;
  }

  function hold(on: boolean): void {
    if (on === held) return;
    held = on;
    const waiting = new Set(queue.map(({ item }) => item));
    if (on) stop();
    else for (const piece of queue) schedule(piece);
    // It may have stopped with the last sample.
    for (const item of waiting) whole(item);
  }

  function drop(): void {
    stop();
    queue = [];
    held = false;
    settle();
  }

  return {
    begin(id) {
      cleared.delete(id);
      items.delete(id);
    },
    add(id, base64) {
      if (cleared.has(id) || finishing) return;
      const samples = samplesOf(base64);
      if (samples.length === 0) return;
      const piece: Piece = { item: itemOf(id), samples, start: 0 };
      queue.push(piece);
      if (!held) schedule(piece);
      settle();
    },
    done(id) {
      const item = items.get(id);
      if (!item || cleared.has(id)) return;
      item.done = true;
      whole(item);
    },
    hold,
    clear(id) {
      for (const { item } of queue) cleared.add(item.id);
      cleared.add(id);
      drop();
      return toMs(items.get(id)?.played ?? 0);
    },
    drop,
    finish() {
      finishing = true;
      hold(false);
      settle();
    },
    close() {
      finishing = true;
      drop();
    },
    sounds: () => queue.length > 0,
    unblock: () => void context.resume(),
    async output(device) {
      await context.setSinkId?.(device);
    },
  };
}
