/** Tells when the knowledge files change. */
import { watch } from 'node:fs';
import { describe } from '../../core/errors.ts';
import type { Logger } from '../../core/ports.ts';

/** Editors and copies write in several steps; milliseconds without a change before it counts. */
const QUIET = 300;

/**
 * Calls `onChange` once things under the folder are quiet after a change, never twice at the same time; a change while it runs calls it
 * again afterwards. What it throws is logged.
 * @returns closes the watcher; resolves when a running `onChange` has ended.
 */
export function watchKnowledge(
  folder: string,
  onChange: () => void | Promise<void>,
  log: Logger,
): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const watcher = watch(folder, { recursive: true, persistent: false }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running
        .then(onChange)
        .catch((error: unknown) => log.error(`Knowledge was not updated: ${describe(error)}`));
    }, QUIET);
  });
  watcher.on('error', (error) => log.error(`Changes of the knowledge files are no longer seen: ${describe(error)}`));
  return {
    async close() {
      clearTimeout(timer);
      watcher.close();
      await running;
    },
  };
}
