/** What a caller hears: answers one after another, sentence by sentence, and how much of each was heard. */
import { describe } from '../../core/errors.ts';
import type { Clock, LineOutput, Speak } from '../../core/ports.ts';
import { SPEECH_RATE } from '../../core/sound/wav.ts';
import { heardOf } from '../../core/spoken/heard.ts';
import { sentencesOf } from '../../core/spoken/sentences.ts';

const BYTES_PER_MS = (SPEECH_RATE * 2) / 1_000;
/** Sound is made no further ahead of the player than this; what nobody hears costs money. */
const AHEAD_MS = 20_000;
/** A player that tells nothing is taken to have played what it should have, so much later. */
const PLAYER_SLACK_MS = 1_500;
/** So long it is waited for a player to tell where it stopped. */
const STOPPED_WITHIN_MS = 800;
/** What must be heard is begun again so often. */
const MOST_TRIES = 3;

export interface Answer {
  item: string;
  text: string;
  /** ISO 639-1. */
  language: string;
  /** It tells what was done: where the caller interrupts, it is said again from the sentence that he cut. */
  important: boolean;
  tries?: number;
  /** The first sound has left. */
  onSound?(): void;
}

/** How an answer ended. */
export interface AnswerEnd {
  item: string;
  whole: boolean;
  ms: number;
  /** The words that were heard. */
  heard: string;
}

export interface Mouth {
  say(answer: Answer): void;
  /** Stops at once; what waits is dropped, but for what is important. */
  interrupt(): void;
  /** Where the player is, or where it stopped. */
  played(item: string, ms: number, stopped: boolean): void;
  /** Nothing is begun until it is let go: the caller speaks. */
  wait(on: boolean): void;
  /** The line broke: what was being said is begun again where it broke, for whoever comes back. */
  lost(): void;
  /** Nobody listens any more. */
  close(): void;
}

export interface MouthOptions {
  clock: Clock;
  speak(): Speak | undefined;
  send(output: LineOutput): void;
  /** Bytes that wait to leave. */
  waiting(): number;
  /** Something is heard, or nothing is any more. */
  saying(on: boolean): void;
  ended(end: AnswerEnd): void;
  failed(why: string): void;
}

/** Bytes of sound that may wait for a slow reader before more is made. */
const MOST_WAITING = 1_000_000;
const LOOK_MS = 100;

export function createMouth(options: MouthOptions): Mouth {
  const { clock, speak, send, saying, ended, failed } = options;
  let queue: Answer[] = [];
  let waits = false;
  let closed = false;
  let current: Utterance | undefined;

  interface Utterance {
    answer: Answer;
    stop: AbortController;
    pieces: { text: string; ms: number }[];
    /** Sound that left, and when the first did. */
    sentMs: number;
    soundAt: number;
    playedMs: number;
    /** All sound has left. */
    isMade: boolean;
    changed(): void;
    stopped?: (ms: number) => void;
  }

  function next(): void {
    if (current || waits || closed) return;
    const answer = queue.shift();
    if (!answer) return;
    const utterance: Utterance = {
      ...{ answer, stop: new AbortController(), pieces: [], sentMs: 0, soundAt: 0, playedMs: 0, isMade: false },
      changed() {},
    };
    current = utterance;
    saying(true);
    send({ kind: 'answer-begins', item: answer.item });
    run(utterance).catch((error) => {
      failed(describe(error));
      finish(utterance, utterance.sentMs, true);
    });
  }

  async function run(utterance: Utterance): Promise<void> {
    const { answer, stop } = utterance;
    for (const sentence of sentencesOf(answer.text)) {
      if (stop.signal.aborted) return;
      const piece = { text: sentence, ms: 0 };
      utterance.pieces.push(piece);
      send({ kind: 'sentence', item: answer.item, text: sentence });
      const engine = speak();
      if (!engine) continue;
      try {
        for await (const pcm of engine(sentence, { language: answer.language, signal: stop.signal })) {
          if (stop.signal.aborted) return;
          if (utterance.soundAt === 0) {
            utterance.soundAt = clock.now();
            answer.onSound?.();
          }
          piece.ms += pcm.length / BYTES_PER_MS;
          utterance.sentMs += pcm.length / BYTES_PER_MS;
          send({ kind: 'sound', item: answer.item, pcm });
          if (isAhead(utterance)) await room(utterance);
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        failed(describe(error));
      }
    }
    utterance.isMade = true;
    send({ kind: 'sound-ends', item: answer.item });
    await heardAll(utterance);
    if (!stop.signal.aborted) finish(utterance, utterance.sentMs, true);
  }

  const isAhead = ({ sentMs, playedMs }: Utterance) => sentMs - playedMs > AHEAD_MS || options.waiting() > MOST_WAITING;

  async function room(utterance: Utterance): Promise<void> {
    while (isAhead(utterance) && !utterance.stop.signal.aborted) {
      await pause(LOOK_MS);
      utterance.playedMs = Math.max(utterance.playedMs, bySchedule(utterance) - PLAYER_SLACK_MS);
    }
  }

  /** Until the player told that it has played all of it, or should have. */
  async function heardAll(utterance: Utterance): Promise<void> {
    const { stop } = utterance;
    while (!stop.signal.aborted && utterance.playedMs < utterance.sentMs - 1) {
      const late = utterance.soundAt + utterance.sentMs + PLAYER_SLACK_MS;
      if (clock.now() >= late) return;
      await new Promise<void>((resolve) => {
        const cancel = clock.at(late, resolve);
        utterance.changed = () => {
          cancel();
          resolve();
        };
      });
    }
  }

  /** Where a player that began with the first sound is now. */
  const bySchedule = ({ soundAt, sentMs }: Utterance) => (soundAt === 0 ? 0 : Math.min(sentMs, clock.now() - soundAt));

  function finish(utterance: Utterance, ms: number, whole: boolean): void {
    if (current !== utterance) return;
    const { answer, pieces } = utterance;
    current = undefined;
    const heard = whole ? answer.text : heardOf(pieces, ms);
    send({ kind: 'answer-ends', item: answer.item, whole });
    if (!whole && !retried(answer, pieces, ms)) {
      send({ kind: 'cut', item: answer.item, ms: Math.round(ms), text: heard });
      ended({ item: answer.item, whole, ms, heard });
    } else if (whole) ended({ item: answer.item, whole, ms, heard });
    if (queue.length === 0 || waits) saying(false);
    next();
  }

  /** What is important is said again from the sentence that was cut. */
  function retried(answer: Answer, pieces: Utterance['pieces'], ms: number): boolean {
    const tries = (answer.tries ?? 1) + 1;
    if (!answer.important || tries > MOST_TRIES) return false;
    queue.unshift({ ...answer, text: restOf(answer, pieces, ms), tries });
    return true;
  }

  /** From the sentence on that was not heard whole. */
  function restOf(answer: Answer, pieces: Utterance['pieces'], ms: number): string {
    let end = 0;
    const cut = pieces.findIndex((piece) => {
      end += piece.ms;
      return end > ms;
    });
    return sentencesOf(answer.text)
      .slice(cut < 0 ? pieces.length : cut)
      .join(' ');
  }

  async function stopNow(utterance: Utterance): Promise<void> {
    utterance.stop.abort();
    utterance.changed();
    const guess = Math.max(utterance.playedMs, bySchedule(utterance));
    if (utterance.sentMs === 0) return finish(utterance, 0, false);
    const told = new Promise<number>((resolve) => (utterance.stopped = resolve));
    send({ kind: 'stop', item: utterance.answer.item });
    const ms = await Promise.race([told, pause(STOPPED_WITHIN_MS).then(() => guess)]);
    finish(utterance, Math.min(ms, utterance.sentMs), false);
  }

  const pause = (ms: number) => new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve));

  return {
    say(answer) {
      queue.push(answer);
      next();
    },
    interrupt() {
      const dropped = queue.filter(({ important }) => !important);
      queue = queue.filter(({ important }) => important);
      for (const { item } of dropped) {
        send({ kind: 'cut', item, ms: 0, text: '' });
        ended({ item, whole: false, ms: 0, heard: '' });
      }
      if (current && !current.stop.signal.aborted) void stopNow(current);
    },
    played(item, ms, stopped) {
      if (current?.answer.item !== item) return;
      current.playedMs = Math.max(current.playedMs, Math.min(ms, current.sentMs));
      if (stopped) current.stopped?.(ms);
      current.changed();
    },
    wait(on) {
      waits = on;
      if (!on) next();
    },
    lost() {
      waits = true;
      if (!current) return;
      const { answer, pieces, playedMs } = current;
      current.stop.abort();
      current.changed();
      current = undefined;
      queue.unshift({ ...answer, text: restOf(answer, pieces, playedMs) });
      saying(false);
    },
    close() {
      closed = true;
      queue = [];
      current?.stop.abort();
      current?.changed();
    },
  };
}
