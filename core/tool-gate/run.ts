/** One run of a tool: bounded in time and in what it gives back, and every end of it told apart. */
import { DragomanError, HttpError } from '../errors.ts';
import type { Json, JsonObject } from '../model.ts';
import type { Clock, CustomerRecords, Logger, Tool, ToolContext } from '../ports.ts';
import type { CallContext } from './context.ts';

const DEFAULT_TIMEOUT_MS = 20_000;
/** Of a result, in UTF-8. */
const MAX_RESULT_BYTES = 8 * 1024;

/** `failed`: nothing happened. `unknown`: it may have. Results and messages are for the model. */
export type RunEnd = { kind: 'done'; result: string } | { kind: 'failed' | 'unknown'; message: string };

export interface ToolRunner {
  /**
   * Never rejects.
   * @param late is told the result that came after nobody waited for it.
   */
  run(
    tool: Tool,
    args: JsonObject,
    idempotencyKey: string,
    context: CallContext,
    late?: (result: string) => Promise<void>,
  ): Promise<RunEnd>;
  /** Tools that are waited for. */
  running(): number;
}

export interface ToolRunnerOptions {
  clock: Clock;
  log: Logger;
  records: CustomerRecords;
  loggable(error: unknown): string;
  /** See `ToolContext`. */
  handOver(turnId: string, reason: string): Promise<string>;
}

export function createToolRunner({ clock, log, records, loggable, handOver }: ToolRunnerOptions): ToolRunner {
  let running = 0;

  function explain(tool: Tool, error: unknown): RunEnd {
    log.warn(`Tool "${tool.name}" failed: ${loggable(error)}`);
    const told = DragomanError.is(error) || isHttpError(error);
    const kind = DragomanError.is(error) || (isHttpError(error) && !error.sent) ? 'failed' : 'unknown';
    return { kind, message: failure(told ? error.message : 'The tool failed.') };
  }

  return {
    async run(tool, args, idempotencyKey, context, late) {
      const stop = new AbortController();
      const timeout = Promise.withResolvers<RunEnd>();
      const cancel = clock.at(clock.now() + (tool.timeoutMs ?? DEFAULT_TIMEOUT_MS), () => {
        timeout.resolve({ kind: 'unknown', message: failure('It gave no answer in time.') });
        stop.abort();
      });
      const told = {
        ...identityOf(context),
        ...{ idempotencyKey, now: clock.now(), signal: stop.signal, records },
        handOver: (reason: string) => handOver(context.turnId, reason),
      };
      running++;
      const work = (async () => tool.run(structuredClone(args), told))()
        .then((value): RunEnd => ({ kind: 'done', result: cut(textOf(value)) }))
        .catch((error): RunEnd => explain(tool, error));
      const end = await Promise.race([work, timeout.promise]);
      running--;
      cancel();
      if (stop.signal.aborted && late)
        void work.then((finished) => (finished.kind === 'done' ? late(finished.result) : undefined));
      return end;
    },
    running: () => running,
  };
}

/** An error as a result. */
export const failure = (message: string) => JSON.stringify({ error: message });

function identityOf(
  context: CallContext,
): Omit<ToolContext, 'idempotencyKey' | 'now' | 'signal' | 'records' | 'handOver'> {
  const { session, phoneFrom, contactId, conversationId, accountId, agentName, turnId, language, vars } = context;
  return { session, phoneFrom, contactId, conversationId, accountId, agentName, turnId, language, vars };
}

/** Works across two copies of this package, as `DragomanError.is`. */
const isHttpError = (error: unknown): error is HttpError =>
  error instanceof HttpError || (error instanceof Error && error.name === 'HttpError' && 'sent' in error);

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return JSON.stringify({ status: 'done' });
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** At a letter's border, with a note of how much is missing. */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_RESULT_BYTES) return text;
  const kept = bytes.subarray(0, MAX_RESULT_BYTES).toString().replace(/�+$/, '');
  return `${kept}\n[cut: ${bytes.length - MAX_RESULT_BYTES} more bytes]`;
}
