/** A request to the LLM stand-in, as it comes off the wire. */
import type { IncomingMessage } from 'node:http';
import type { LlmFault } from './llm-faults.ts';

/** One request, without its key. */
export interface LlmCall {
  path: string;
  body: unknown;
  headers: Record<string, string>;
  status: number;
  fault?: LlmFault['kind'];
  /** What the model knew besides the body: the conversation kept behind `previous_response_id`, text by text. */
  kept?: string[];
}

export const isStreamed = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'stream' in body && body.stream === true;

export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString());
  } catch {
    return undefined;
  }
}

/** Without the key. */
export function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const { authorization: _, ...rest } = headers;
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
}
