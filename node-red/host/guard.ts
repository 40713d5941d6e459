/**
 * Keeps the process alive when a third-party node throws where nobody catches: in a timer, a socket's callback, a rejected handler.
 * Node-RED's command ends the process then, and with it every other conversation's turn.
 *
 * Measured in 5.0.7: `red.js` registers one `uncaughtException` listener that logs and exits with 1, before plugins load, and none for
 * `unhandledRejection`, which Node.js turns into the former. That listener alone is taken out, told by its own log line; others, such
 * as a monitoring agent's, stay. A port in use and a server that cannot listen never come here: `red.js` exits from the server's own
 * `error` event.
 */
import { maskLine } from '../../adapters/personal-data/mask-log.ts';
import type { Red } from '../red.ts';

/** A line of the listener in Node-RED's `red.js` that ends the process. */
const RED_LINE = '[red] Uncaught Exception';

/**
 * Takes effect when the flows are about to start: what goes wrong before is a fault of the installation, and ends the process with 1 as
 * without us. Each error is logged as one masked line; its stack only at level debug.
 */
export function installGuard(RED: Pick<Red, 'events' | 'log'>): { close(): void } {
  let ending: NodeJS.UncaughtExceptionListener[] = [];

  const thrown = (error: unknown) => survive('An error was thrown', error);
  const rejected = (reason: unknown) => survive('A promise was rejected', reason);

  const output = [process.stdout, process.stderr];

  function take(): void {
    for (const stream of output) stream.on('error', unread);
    ending = process.listeners('uncaughtException').filter((listener) => listener.toString().includes(RED_LINE));
    for (const listener of ending) process.off('uncaughtException', listener);
    process.on('uncaughtException', thrown);
    process.on('unhandledRejection', rejected);
  }

  function survive(what: string, error: unknown): void {
    const { line, frames } = tell(error);
    RED.log.error(`${what} where no node catches it; the flows go on. ${maskLine(line)}`);
    if (frames) RED.log.debug(frames);
  }

  RED.events.once('flows:starting', take);
  return {
    close() {
      RED.events.off('flows:starting', take);
      for (const stream of output) stream.off('error', unread);
      process.off('uncaughtException', thrown);
      process.off('unhandledRejection', rejected);
      for (const listener of ending) process.on('uncaughtException', listener);
      ending = [];
    },
  };
}

/** Whoever read our output is gone. A line about it would fail as well, and be told as well, for ever. */
const unread = () => {};

/** Not by `instanceof`: function nodes throw errors of another realm. The message is left out of the stack, which is not masked. */
function tell(error: unknown): { line: string; frames?: string } {
  if (typeof error !== 'object' || error === null || !('message' in error)) return { line: String(error) };
  const name = 'name' in error ? error.name : 'Error';
  const stack = 'stack' in error ? String(error.stack).split('\n') : [];
  return { line: `${name}: ${error.message}`, frames: stack.filter((line) => /^\s+at /.test(line)).join('\n') };
}
