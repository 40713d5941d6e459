/** What can go wrong with an LLM service, and how it looks on the wire. */
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export type LlmFault =
  /** None: lets one request pass, so that a later one of `faults` strikes. */
  | { kind: 'pass' }
  /** Answers properly, but late. */
  | { kind: 'delay'; ms: number }
  | { kind: 'rate-limit'; retryAfterSeconds?: number }
  | { kind: 'quota' }
  /** Default status 500. */
  | { kind: 'error'; status?: number }
  | { kind: 'unauthorized' }
  /** Closes the connection: before the answer, or in the middle of it. */
  | { kind: 'reset' }
  | { kind: 'cut' }
  /** Never answers. */
  | { kind: 'hang' }
  | { kind: 'empty' }
  | { kind: 'bad-json' }
  /** A web page with status 200, as a captive portal gives. */
  | { kind: 'html' }
  /** Redirects to the same path elsewhere. */
  | { kind: 'redirect'; to: string }
  | { kind: 'incomplete' }
  | { kind: 'refusal' }
  | { kind: 'filter' }
  /** A body, or a last event, that says that the model failed. Chat completions have no such thing: status 500. */
  | { kind: 'failed' }
  /** A stream's words come one by one, `ms` apart. */
  | { kind: 'slow'; ms: number }
  /** Half of a stream, then: its end without the last event; nothing more; an error event; an event that is no JSON; words for ever. */
  | { kind: 'eof' }
  | { kind: 'stall' }
  | { kind: 'stream-error' }
  | { kind: 'malformed' }
  | { kind: 'endless'; ms: number }
  /** Answers a request for a stream with a whole body. */
  | { kind: 'no-stream' };

export type SendJson = (status: number, body: object, headers?: Record<string, string>) => void;

/** The shape of OpenAI's errors. */
export const apiError = (
  message: string,
  code: string | number | null,
  param: string | null = null,
  type = 'invalid_request_error',
): { error: object } => ({ error: { message, type, param, code } });

/** True when the fault was the whole answer. */
export async function fail(fault: LlmFault, streamed: boolean, res: ServerResponse, send: SendJson): Promise<boolean> {
  switch (fault.kind) {
    case 'delay':
      await wait(fault.ms);
      return false;
    case 'rate-limit': {
      const seconds = fault.retryAfterSeconds;
      send(
        429,
        apiError('Rate limit reached for requests.', 'rate_limit_exceeded', null, 'requests'),
        seconds === undefined ? {} : { 'retry-after': String(seconds) },
      );
      return true;
    }
    case 'quota':
      send(429, apiError('You exceeded your current quota.', 'insufficient_quota', null, 'insufficient_quota'));
      return true;
    case 'error':
      send(fault.status ?? 500, apiError('The server had an error.', null, null, 'server_error'));
      return true;
    case 'unauthorized':
      send(401, apiError('Incorrect API key provided.', 'invalid_api_key'));
      return true;
    case 'reset':
      res.socket?.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    case 'redirect':
      send(307, {}, { location: fault.to });
      return true;
    case 'bad-json':
    case 'html':
      res.writeHead(200, { 'content-type': fault.kind === 'html' ? 'text/html' : 'application/json' });
      res.end(
        fault.kind === 'html' ? '<html><body>Sign in to the network</body></html>' : '{"id": "resp_1", "output": [',
      );
      return true;
    case 'cut':
      if (streamed) return false;
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      res.write('{"id": "resp_1"', () => res.destroy());
      return true;
    default:
      return false;
  }
}

const HALF: readonly LlmFault['kind'][] = ['cut', 'eof', 'stall', 'stream-error', 'malformed', 'endless'];

/** Server-sent events; a text is sent as it is. */
export async function stream(
  res: ServerResponse,
  events: (object | string)[],
  fault: LlmFault | undefined,
): Promise<void> {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  const write = (event: object | string) => {
    const name = typeof event === 'object' && 'type' in event ? `event: ${event.type}\n` : '';
    res.write(`${name}data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  };
  // A little past the middle there are words already, and never the last event.
  const sent = fault && HALF.includes(fault.kind) ? events.slice(0, Math.ceil(events.length / 2)) : events;
  for (const event of sent) {
    write(event);
    if (fault?.kind === 'slow') await wait(fault.ms);
    if (res.destroyed) return;
  }
  switch (fault?.kind) {
    case 'cut':
      res.write(': cut\n\n', () => res.destroy());
      return;
    case 'stall':
      return;
    case 'stream-error':
      write({
        type: 'error',
        code: 'server_error',
        message: 'The server had an error.',
        param: null,
        sequence_number: 99,
      });
      break;
    case 'malformed':
      write('{"type": "response.output_text.delta", "delta": "x');
      break;
    case 'endless':
      while (!res.destroyed) {
        write(events.findLast(isDelta) ?? {});
        await wait(fault.ms);
      }
      return;
  }
  res.end();
}

/** An event that brings words, of either API. */
function isDelta(event: object | string): boolean {
  if (typeof event === 'string') return false;
  if ('type' in event) return /[._]text\.delta$/.test(String(event.type));
  return 'choices' in event && Array.isArray(event.choices) && Boolean(event.choices[0]?.delta?.content);
}
