/** A conversation in neither API's words, and what one request to a model gives. */
import type { Picture, ToolCall, ToolSchema } from '../../core/ports.ts';
import type { DialectTrait } from './traits.ts';

export type Phase = 'commentary' | 'final_answer';

/** What a server wants back with a call that it made. */
export interface CallExtra {
  /** Gemini's `extra_content`, without which it refuses the call. */
  signed?: unknown;
  /** The fields that the model's thoughts came in, which belong to the message. */
  thoughts?: Record<string, unknown>;
}

export type CallItem = { kind: 'call'; call: ToolCall; extra?: CallExtra };

export type Item =
  | { kind: 'message'; role: 'user' | 'assistant'; text: string; phase?: Phase; pictures?: Picture[] }
  | CallItem
  | { kind: 'result'; id: string; output: string };

/** One request. */
export interface Ask {
  model: string;
  instructions: string;
  /** All of the conversation, or what came after the response `previous`. */
  items: Item[];
  previous?: string;
  /** The server is asked to keep the response, so that a later request can go on from it. */
  store: boolean;
  tools: ToolSchema[];
  /** `none`: the model must answer in words now. `omit`: the same, for servers that do not know the choice. */
  toolChoice: 'auto' | 'none' | 'omit';
  customerId?: string;
  /** Of the answer, in tokens. */
  limit: number;
  /** What is known of the server. */
  dialect: ReadonlySet<DialectTrait>;
  /** Asks for a stream, and gets what the model says to the customer, piece by piece. */
  onText?: (piece: string) => void;
  /** A stream that says nothing for this long is given up; milliseconds. */
  idleMs: number;
  options: { signal: AbortSignal; timeout: number };
}

export interface Tokens {
  input: number;
  output: number;
  cached?: number;
}

/** What came back. */
export interface Round {
  /** What the model said to the customer; as it comes from the server, with the marks of its template. */
  text: string;
  refused: boolean;
  /** The server stopped in the middle. */
  stopped: 'length' | 'filter' | null;
  /** Whole calls only; none of an answer that was stopped. */
  calls: CallItem[];
  /** All of it, to be sent again. */
  items: Item[];
  tokens?: Tokens;
  /** Responses API: its id, and the id it says to have gone on from. */
  id?: string;
  previous?: string | null;
}

/** A picture as both APIs take it. */
export const pictureUrl = ({ type, data }: Picture): string => `data:${type};base64,${data}`;

/** Broken arguments would make some servers refuse the whole conversation when they come back. */
export function sendableArguments(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return '{}';
  }
}

/** Undefined where the server told no numbers. */
export function tokensOf(input: unknown, output: unknown, cached: unknown): Tokens | undefined {
  if (typeof input !== 'number' || typeof output !== 'number') return undefined;
  return { input, output, ...(typeof cached === 'number' && cached > 0 ? { cached } : {}) };
}

export const isCall = (item: Item): item is CallItem => item.kind === 'call';
