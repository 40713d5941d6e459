/** What is known of a call: what an owner shows. Pure. */
import type { ServerEvent, Session } from './frames.ts';
import type { Device, MicrophoneTrouble } from './microphone.ts';
import type { Closed } from './socket.ts';
import type { Transcript } from './transcript.ts';

/** `starting`: the microphone is asked for, and the server for a ticket; `connecting`: the line is opened; `reconnecting`: it broke, and is tried again. */
export type CallState = 'idle' | 'starting' | 'connecting' | 'live' | 'reconnecting' | 'ended';

/** Somebody is heard, an answer is made, it sounds, or it pauses because somebody may interrupt. */
export type Doing = 'nothing' | 'hearing' | 'answering' | 'speaking' | 'holding';

/** `sound`: an answer was heard to its end. */
export type LogEntry =
  | { what: 'event'; event: ServerEvent }
  | { what: 'sound' | 'typed'; item: string }
  | { what: 'lost' | 'back' | 'dropped' | 'unplugged' }
  | { what: 'microphone'; on: boolean };

/** `at`: milliseconds since the call was begun. */
export type LogLine = LogEntry & { at: number };

export interface CallView {
  state: CallState;
  items: Transcript;
  log: readonly LogLine[];
  session: Session | undefined;
  /** `off`: not wanted, or not any more. */
  microphone: 'off' | 'asking' | 'on' | MicrophoneTrouble;
  muted: boolean;
  doing: Doing;
  /** Who answers. */
  mode: 'bot' | 'human';
  /** The browser lets the page make no sound before a click. */
  blocked: boolean;
  devices: { inputs: Device[]; outputs: Device[] };
  /** Ids; empty: the system's own. */
  input: string;
  output: string;
  /** UTC milliseconds, when the line was first open. */
  liveAt: number | undefined;
  ended: Closed | undefined;
}

/** As each call begins. */
export const FRESH = {
  items: [],
  log: [],
  session: undefined,
  doing: 'nothing',
  mode: 'bot',
  blocked: false,
  liveAt: undefined,
  ended: undefined,
} as const satisfies Partial<CallView>;

/** Lines of the log that are kept. */
const LOG = 500;
/** Too many for a log, or of too little interest. */
const UNLOGGED: ReadonlySet<ServerEvent['type']> = new Set([
  'response.output_audio.delta',
  'response.output_audio_transcript.delta',
  'conversation.item.input_audio_transcription.delta',
  'session.updated',
]);

export const isLogged = ({ type }: ServerEvent): boolean => !UNLOGGED.has(type);

export const logged = (log: readonly LogLine[], line: LogLine): readonly LogLine[] => [...log, line].slice(-LOG);

/** @param sounds an answer is played @returns undefined: as before */
export function doingAfter(event: ServerEvent, sounds: boolean): Doing | undefined {
  switch (event.type) {
    case 'input_audio_buffer.speech_started':
      return 'hearing';
    case 'input_audio_buffer.speech_stopped':
    case 'response.created':
      return sounds ? 'speaking' : 'answering';
    case 'conversation.item.input_audio_transcription.completed':
      // Noise that was no words.
      return event.transcript.trim() || sounds ? undefined : 'nothing';
    case 'response.done':
    case 'conversation.item.input_audio_transcription.failed':
      return sounds ? undefined : 'nothing';
    case 'dragoman.hold':
      return event.on ? 'holding' : sounds ? 'speaking' : 'nothing';
    default:
      return undefined;
  }
}
