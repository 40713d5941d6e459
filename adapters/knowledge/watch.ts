/** Tells when the knowledge files change. */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { describe } from '../../core/errors.ts';
import type { Logger } from '../../core/ports.ts';

/** Editors and copies write in several steps; milliseconds without a change before it counts. */
const QUIET = 300;
/** How often the folder itself is looked for, which may come later, go, or be another one; milliseconds. */
const LOOK = 2000;

/** Another folder of the same name has another number. */
function numberOf(folder: string): number | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() ? found.ino : undefined;
}

/**
 * Calls `onChange` at once, and again when things under the folder are quiet after a change, never twice at the same time; a change while it
 * runs calls it again afterwards. What it throws is logged. A folder that is not there yet, or not any more, is waited for.
 * @returns `look` calls it once more and resolves when that has ended; `close` resolves when a running `onChange` has.
 */
export function watchKnowledge(
  folder: string,
  onChange: () => void | Promise<void>,
  log: Logger,
): { look(): Promise<void>; close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let watcher: FSWatcher | undefined;
  let watched: number | undefined;

  function run(): Promise<void> {
    running = running
      .then(onChange)
      .catch((error: unknown) => log.error(`Knowledge was not updated: ${describe(error)}`));
    return running;
  }

  function changed(): void {
    clearTimeout(timer);
    timer = setTimeout(run, QUIET);
  }

  function follow(): void {
    watcher?.close();
    watcher = undefined;
    watched = numberOf(folder);
    if (watched === undefined) return;
    const failed = (error: unknown) =>
      log.error(`Changes of the knowledge files are no longer seen: ${describe(error)}`);
    try {
      watcher = watch(folder, { recursive: true, persistent: false }, changed).on('error', failed);
    } catch (error) {
      failed(error);
    }
  }

  const looking = setInterval(() => {
    const now = numberOf(folder);
    if (now === watched) return;
    follow();
    if (now !== undefined) changed();
  }, LOOK).unref();
  follow();
  run();

  return {
    look: run,
    async close() {
      clearInterval(looking);
      clearTimeout(timer);
      watcher?.close();
      await running;
    },
  };
}
