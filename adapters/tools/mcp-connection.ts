/** A server that dies comes back: the session with it is opened again, at once where somebody needs it, else after a while. */
import { DragomanError, HttpError } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import type { Definition } from './mcp-definition.ts';
import type { McpPlace } from './mcp-place.ts';
import { type CallOptions, isForgotten, openSession, type Session } from './mcp-session.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export interface ConnectionOptions {
  place: McpPlace;
  clock: Clock;
  log: Pick<Logger, 'debug'>;
  /** What the server has, told with each new session and each change. */
  onTools(tools: ReadonlyMap<string, Definition>): void;
  /** It cannot be reached; told with each try. */
  onAway(error: unknown): void;
}

export interface Connection {
  /**
   * Calls a tool, once.
   * @throws DragomanError TOOL_CHANGED where it is not the one of that pin any more
   * @throws HttpError that says whether the server may have begun
   */
  call(tool: Pick<Definition, 'name' | 'pin'>, args: JsonObject, options: CallOptions): Promise<Json>;
  /** Ends the session, and a program with it. */
  close(): Promise<void>;
}

/** Opens the first session at once. */
export function keepConnected({ place, clock, log, onTools, onAway }: ConnectionOptions): Connection {
  let session: Session | undefined;
  let opening: Promise<Session> | undefined;
  let wait = FIRST_WAIT_MS;
  let cancelRetry = () => {};
  const closing = new AbortController();
  const { signal: closed } = closing;

  function open(): Promise<Session> {
    if (session) return Promise.resolve(session);
    opening ??= attempt().finally(() => {
      opening = undefined;
    });
    return opening;
  }

  async function attempt(): Promise<Session> {
    cancelRetry();
    try {
      const events = { onTools: () => onTools(opened.tools), onEnd: () => forget(opened) };
      const opened: Session = await openSession(place, log, events, closed);
      session = opened;
      wait = FIRST_WAIT_MS;
      onTools(opened.tools);
      return opened;
    } catch (error) {
      if (!closed.aborted) {
        onAway(error);
        later();
      }
      throw error;
    }
  }

  function later(): void {
    cancelRetry();
    cancelRetry = clock.at(clock.now() + wait, () => void open().catch(() => {}));
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }

  function forget(ended: Session): void {
    if (session !== ended) return;
    session = undefined;
    if (!closed.aborted) later();
  }

  /** @throws HttpError: nothing was sent */
  async function sessionFor(signal: AbortSignal): Promise<Session> {
    const stopped = Promise.withResolvers<never>();
    const stop = () => stopped.reject(new HttpError('The server is away.', false));
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([open(), stopped.promise]);
    } catch (error) {
      throw DragomanError.is(error) ? new HttpError(error.message, false, error) : error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  void open().catch(() => {});
  return {
    async call({ name, pin }, args, options) {
      for (let again = true; ; again = false) {
        const current = await sessionFor(options.signal);
        if (current.tools.get(name)?.pin !== pin) throw changed();
        try {
          return await current.call(name, args, options);
        } catch (error) {
          if (!again || !isForgotten(error) || options.signal.aborted) throw error;
          forget(current);
          current.retire();
        }
      }
    },
    async close() {
      closing.abort();
      cancelRetry();
      await opening?.catch(() => {});
      await session?.close();
    },
  };
}

const changed = () =>
  new DragomanError(
    'TOOL_CHANGED',
    'The tool is not the one that was approved any more.',
    'Look at it in its node, and tick it again.',
  );
