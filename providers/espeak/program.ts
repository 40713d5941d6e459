/** The program on this machine, found as a shell would find it. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

export const PROGRAM = 'espeak-ng';

/** Looked for each time: it may be installed while we run. */
export function isInstalled(): boolean {
  const name = process.platform === 'win32' ? `${PROGRAM}.exe` : PROGRAM;
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    if (!folder) return false;
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What it needs to run. Our own variables hold secrets, which are none of its business. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, ESPEAK_DATA_PATH, SystemRoot } = process.env;
  return { PATH, HOME, ESPEAK_DATA_PATH, SystemRoot };
}
