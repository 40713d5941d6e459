/** A line that a customer holds to this process, such as a WebSocket: what comes by it and what goes, whatever its frames are called. */
import type { ErrorCode } from '../errors.ts';
import type { Json } from '../model.ts';
import type { SendResult } from './sent.ts';

/** What a caller's program tells. Times are milliseconds of the sound that it sent, or played. */
export type LineInput =
  /** PCM, 16 bits, little endian, one channel, in the line's rate. */
  | { kind: 'sound'; pcm: Uint8Array }
  /** The rate of the sound that follows, in Hz. */
  | { kind: 'rate'; rate: number }
  /** What was said since the last words that were stored is forgotten. */
  | { kind: 'forget' }
  /** `id`: the caller's own, the same when the words are sent again. */
  | { kind: 'typed'; id?: string; text: string }
  /** So much of an answer's sound was heard by now. */
  | { kind: 'played'; item: string; ms: number }
  /** The player stopped there. */
  | { kind: 'stopped'; item: string; ms: number }
  /** The caller interrupts by hand. */
  | { kind: 'cancel' }
  | { kind: 'mute'; on: boolean }
  | { kind: 'ping'; n: number }
  | { kind: 'end' }
  | { kind: 'nothing' }
  | { kind: 'wrong'; message: string };

/** Who said words of a call. */
export type Speaker = 'customer' | 'bot' | 'human' | 'system';

/** How long each stage took from the end of the caller's speech to the first sound of the answer; milliseconds. */
export interface Stages {
  /** Until it was clear that the caller had ended. */
  endOfTurn: number;
  /** Of that, the words of the last thing said. */
  stt: number;
  /** Until the answer was there. */
  answer: number;
  /** Until its first sound. */
  tts: number;
  firstSound: number;
}

/** What is told to whoever opened or came back to a line. */
export interface LineOpening {
  call: string;
  account: string;
  language: string;
  recording: boolean;
  /** Why nothing is heard, or spoken, here. */
  missing: { stt?: string; tts?: string };
  /** The same as codes, for who says it in words of his own. */
  missingCodes: { stt?: ErrorCode; tts?: ErrorCode };
  /** Rates of sound in and out, in Hz. */
  rates: { in: number; out: number };
  resumeMs: number;
  heartbeatMs: number;
  longestMs: number;
  /** From where sound is wanted again; milliseconds of what was sent. */
  soundFrom: number;
  cursor: number;
}

/** What a caller's program is told. */
export type LineOutput =
  | { kind: 'open'; opening: LineOpening }
  | { kind: 'changed'; rate: number }
  | { kind: 'speech'; on: boolean; item: string; atMs: number }
  /** Words up to there are stored. */
  | { kind: 'stored'; item: string; atMs: number }
  | { kind: 'guess'; item: string; text: string }
  | { kind: 'heard'; item: string; text: string }
  | { kind: 'unheard'; item: string; message: string }
  | { kind: 'words'; item: string; speaker: Speaker; text: string; cursor: number }
  | { kind: 'answer-begins'; item: string }
  | { kind: 'sentence'; item: string; text: string }
  | { kind: 'sound'; item: string; pcm: Uint8Array }
  | { kind: 'sound-ends'; item: string }
  | { kind: 'answer-ends'; item: string; whole: boolean }
  /** Stop at once, and tell how far it was. */
  | { kind: 'stop'; item: string }
  | { kind: 'cut'; item: string; ms: number; text: string }
  | { kind: 'hold'; on: boolean }
  | { kind: 'state'; mode: 'bot' | 'human' }
  | { kind: 'stages'; item: string; stages: Stages }
  | { kind: 'pong'; n: number }
  | { kind: 'ended'; reason: string; ms: number }
  | { kind: 'error'; code: string; message: string };

/** How a channel whose customers hold a line to this process is met. */
export interface Live {
  /** The subprotocol that its programs speak. */
  protocol: string;
  /** The method of the requests by which words of a line are handed to the channel: one that HTTP has not. Their body is a `LineWords`. */
  method: string;
  /** Never throws: what makes no sense is `wrong`. */
  read(frame: string): LineInput;
  write(output: LineOutput): string;
  /**
   * From now on what is sent to this address is said there. `say` never rejects.
   * @returns no more
   */
  open(key: string, say: Say): () => void;
}

/** What a caller said. */
export interface LineWords {
  call: string;
  /** Who calls, always the same for the same person. */
  caller: string;
  /** Unique in the call. */
  item: string;
  text: string;
}

/** Takes a rendered part; resolves once it is its own matter. */
export type Say = (part: Json) => Promise<SendResult>;

/** The socket itself. */
export interface Wire {
  send(text: string): void;
  /** Bytes that are still to leave. */
  waiting(): number;
  close(code: number, reason: string): void;
}

/** Tells speech from other sound, in one line. */
export interface VoiceActivity {
  /** @param frame 20 ms at 16 kHz; one after another. */
  isSpeech(frame: Int16Array): boolean | Promise<boolean>;
}
