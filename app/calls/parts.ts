/** What calls need of the engine. */
import type { Clock, Logger, Stages, Store, VoiceActivity } from '../../core/ports.ts';
import type { Gateway } from '../../core/sending/gateway.ts';
import type { Receive } from '../receive.ts';
import type { Speech } from '../speech.ts';
import type { Turns } from '../turns.ts';

/** Writes down what both sides say. */
export interface Recorder {
  /** 16-bit samples at 16 kHz, as they come: they are the clock. */
  caller(frame: Int16Array): void;
  /** What the agent says from now on: bytes at 24 kHz. */
  agent(pcm: Uint8Array): void;
  /** The agent is silent at once. */
  clear(): void;
  /** @returns null where nothing was recorded */
  finish(): Promise<{ ms: number; bytes: number } | null>;
}

export interface TalkParts {
  store: Store;
  clock: Clock;
  log: Logger;
  speech: Pick<Speech, 'transcribe' | 'speak' | 'missing'>;
  receive: Receive;
  gateway: Pick<Gateway, 'deliver'>;
  turns: Pick<Turns, 'runningIn' | 'onEnd'>;
  /** For one line. */
  activity(): VoiceActivity;
  /** Whether a tool changes something. */
  changes(tool: string): boolean;
  record?(callId: string): Recorder;
  onStages(stages: Stages): void;
}
