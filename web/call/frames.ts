/** The frames of a call's socket, as docs/calls.md has them. */

/** What a call begins with: the answer to `POST /calls/start`, or of a page's own server. */
export interface Ticket {
  session_id: string;
  /** May be relative to the page's origin. */
  websocket_url: string;
  /** Opens the socket once. */
  ticket: string;
  /** Opens it again after the line broke. */
  resume: string;
}

export interface Session {
  id: string;
  dragoman: {
    call: string;
    /** Its name. */
    account: string;
    language: string | null;
    /** Whether the call is recorded. */
    recording: boolean;
    /** Why nothing is heard or spoken, in words. */
    missing: { stt?: string; tts?: string };
    /** The same as codes of docs/errors.md. */
    missing_codes: { stt?: string; tts?: string };
    /** How long a line that broke may come back. */
    resume_ms: number;
    /** Between two pings. */
    heartbeat_ms: number;
    longest_ms: number;
    /** From where sound is wanted again. */
    audio_from_ms: number;
    cursor: string | number;
  };
}

export type Author = 'customer' | 'bot' | 'human' | 'system';

export interface StoredItem {
  id: string;
  role: 'user' | 'assistant' | 'system';
  content: { type: string; text?: string; transcript?: string }[];
  dragoman: { author: Author; cursor: string | number };
}

export type ClientEvent =
  | {
      type: 'conversation.item.create';
      item: { id: string; type: 'message'; role: 'user'; content: { type: 'input_text'; text: string }[] };
    }
  | { type: 'response.cancel' }
  | { type: 'conversation.item.truncate'; item_id: string; audio_end_ms: number }
  | { type: 'dragoman.played'; item_id: string; audio_end_ms: number }
  | { type: 'dragoman.mute'; on: boolean }
  | { type: 'dragoman.ping'; n: number }
  | { type: 'dragoman.end' };

/** How long each stage took, in milliseconds; what there was not is left out. */
export interface Stages {
  end_of_turn_ms?: number;
  stt_ms?: number;
  answer_ms?: number;
  tts_ms?: number;
  /** From the end of speech. */
  first_sound_ms?: number;
}

const TRANSCRIPTION = 'conversation.item.input_audio_transcription';

export type ServerEvent =
  | { type: 'session.created' | 'session.updated'; session: Session }
  | { type: 'input_audio_buffer.speech_started'; item_id: string; audio_start_ms: number }
  | {
      type: 'input_audio_buffer.speech_stopped' | 'input_audio_buffer.committed';
      item_id: string;
      audio_end_ms: number;
    }
  | { type: `${typeof TRANSCRIPTION}.delta`; item_id: string; delta: string }
  | { type: `${typeof TRANSCRIPTION}.completed`; item_id: string; transcript: string }
  | { type: `${typeof TRANSCRIPTION}.failed`; item_id: string; error: Problem }
  | { type: 'conversation.item.done'; item: StoredItem }
  | { type: 'response.created'; response: { id: string } }
  | { type: 'response.done'; response: { id: string; status: 'completed' | 'cancelled' } }
  | { type: 'response.output_audio_transcript.delta'; item_id: string; delta: string }
  | { type: 'response.output_audio.delta'; item_id: string; delta: string }
  | { type: 'response.output_audio.done'; item_id: string }
  | { type: 'output_audio_buffer.cleared'; item_id: string }
  | { type: 'conversation.item.truncated'; item_id: string; audio_end_ms: number; transcript: string }
  | { type: 'dragoman.hold'; on: boolean }
  | { type: 'dragoman.state'; mode: 'bot' | 'human' }
  | ({ type: 'dragoman.stages'; item_id: string } & Stages)
  | { type: 'dragoman.pong'; n: number }
  | { type: 'dragoman.ended'; reason: string; duration_ms: number }
  | { type: 'error'; error: Problem };

interface Problem {
  type?: string;
  code?: string;
  message?: string;
}

/** The words of a stored item. */
export const textOf = ({ content }: StoredItem): string =>
  content.map(({ text, transcript }) => text ?? transcript ?? '').join('');
