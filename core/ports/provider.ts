/** Engines that write answers and make vectors, as plugins. */
import type { SoundType } from '../answering/files.ts';
import type { AnswerSource, JsonObject, Passage, ResponseHead } from '../model.ts';
import type { Logger } from './world.ts';

export interface ChatMessage {
  role: 'user' | 'assistant';
  text: string;
}

/** A picture that a customer sent. It is personal, and no mask helps: it goes only where the integrator said so. */
export interface Picture {
  type: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif';
  /** Base64. */
  data: string;
}

export interface AnswerRequest {
  instructions: string;
  history: ChatMessage[];
  /** Of the last user message. A provider that cannot show them leaves them out. */
  pictures?: Picture[];
  passages: Passage[];
  language?: string;
  /** The conversation's anonymous key. */
  session: string;
  /** Whole answer; milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** What the model may call. Absent or empty: plain text only. */
  tools?: ToolSchema[];
  /**
   * Runs one call and gives its result as text; never rejects (an error is a result too). The provider asks for all calls of one answer at once.
   */
  callTool?(call: ToolCall): Promise<string>;
  /**
   * The calls made for this answer so far, also by an engine that failed after them. A provider goes on from there instead of making them
   * again, and adds its own before it runs them, in the texts that it sees and sends.
   */
  calls?: MadeCall[];
  /** Where this provider keeps the conversation, if it is still valid. `history` is sent whole when it turns out not to be. */
  head?: ResponseHead | null;
  /** Told of each response that the engine's server keeps, under the id that it has there. `endpoint`: base URL and model. */
  onKept?(responseId: string, endpoint: string): void;
  /** Called with each piece of text as it comes, where the provider streams. Provisional: the answer counts. */
  onDelta?(text: string): void;
}

/** A tool as the model sees it; holds no identity. */
export interface ToolSchema {
  /** Letters, digits, `_` and `-`, at most 64. */
  name: string;
  description: string;
  /** JSON Schema of the arguments: an object. */
  parameters: JsonObject;
}

export interface ToolCall {
  id: string;
  name: string;
  /** JSON as the model wrote it, perhaps broken. */
  arguments: string;
}

export interface MadeCall {
  call: ToolCall;
  /** Null until it is known. */
  result: string | null;
  /** What the engine that made the call wants back with it. */
  extra?: unknown;
}

export interface ProviderAnswer {
  text: string;
  source: AnswerSource;
  /** To be kept for the next turn once this one is stored; absent where the provider keeps nothing. `seq` is the caller's to set. */
  head?: Omit<ResponseHead, 'seq'>;
}

/** An engine that writes answers. Rejects with a `DragomanError`; `null` when it has nothing to say (an extractive engine that does not know). */
export interface Provider {
  answer(request: AnswerRequest): Promise<ProviderAnswer | null>;
  /** Has its server delete what it keeps. Never rejects. Absent where none is kept. */
  forget?(responseIds: string[]): Promise<Forgotten[]>;
}

/** What became of a response that was to be deleted: `gone`, it was there no more; `failed`, it may be there still. */
export interface Forgotten {
  id: string;
  end: 'deleted' | 'gone' | 'failed';
}

export interface Hearing {
  /** What the sound's file is. */
  type: SoundType;
  /** ISO 639-1; absent: found out, where the engine can. */
  language?: string;
  /** Names that may be said and that nobody could spell by ear, such as products; those that matter most first. */
  hints?: readonly string[];
  signal: AbortSignal;
  /** Called with all words so far, each time there are more, where the engine tells them before the end. Provisional: the result counts. */
  onPartial?(text: string): void;
}

export interface Heard {
  /** Empty where nobody speaks. */
  text: string;
  /** ISO 639-1, where it was given, or the engine found it out. */
  language?: string;
}

/** Words of a sound. Rejects with `PROVIDER_FAILED`. */
export type Transcribe = (sound: Uint8Array, hearing: Hearing) => Promise<Heard>;

export interface Speaking {
  /** ISO 639-1, also `pt-BR`. */
  language: string;
  /** The engine's own name of it; absent: the engine's choice for the language. */
  voice?: string;
  signal: AbortSignal;
}

/**
 * A text as sound: signed 16-bit samples, little end first, one channel, 24,000 a second (`SPEECH_RATE` of `core/sound`), in pieces of whole
 * samples as they come. Whoever stops reading, or aborts, ends the engine's work. Throws `PROVIDER_FAILED`, also in the middle.
 */
export type Speak = (text: string, speaking: Speaking) => AsyncIterable<Uint8Array>;

/** Turns texts into vectors; absent where none is configured. */
export interface Embedder {
  /** Name of the model, so that an index knows when it must be rebuilt. */
  model: string;
  /** One vector a text, in order. */
  embed(texts: string[], signal?: AbortSignal): Promise<Float32Array[]>;
}

/**
 * Whether the engine may keep a conversation between turns. `auto`: where it is known to work, or turns out to. `server`: also where a
 * preset advises against it. `replay`: never; it is asked to keep nothing, and all of the history is sent each time.
 */
export type Continuity = 'auto' | 'server' | 'replay';

export interface ProviderSettings {
  apiKey: string;
  baseUrl: string;
  model: string;
  kind: 'llm' | 'fallback-llm';
  /** Default `auto`. */
  continuity?: Continuity;
  /** Who is billed, where the engine knows such a thing; empty: whoever the key belongs to. */
  organization?: string;
  project?: string;
  /** The longest answer, in tokens. */
  maxOutputTokens?: number;
  /** Told what the engine learns of its server. */
  log?: Pick<Logger, 'info'>;
  /** The client that every request leaves by; default: Node's. */
  fetch?: typeof fetch;
}

/** An endpoint that does one thing for everybody, not for one account. */
export type ServiceSettings = Pick<ProviderSettings, 'apiKey' | 'baseUrl' | 'model' | 'fetch'>;

/** What a `dragoman-provider` plugin offers, as its `provider` property. */
export interface ProviderPlugin {
  /** The word in flows: `openai`. */
  id: string;
  create(config: ProviderSettings): Provider;
  /** Where the engine makes vectors as well. */
  embedder?(config: ServiceSettings): Embedder;
  /** Where it hears. */
  transcriber?(config: ServiceSettings): Transcribe;
  /** Where it speaks. */
  speaker?(config: ServiceSettings): Speak;
}
