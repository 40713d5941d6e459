/** Where this deployment's data is, for commands that run beside its server. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { folderOf } from '../core/folders.ts';

/** The package's root: this file is in `cli/`, or bundled somewhere in `dist/`. */
function root(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json')) && folder !== path.dirname(folder))
    folder = path.dirname(folder);
  return folder;
}

export const dataFolder = (): string => folderOf('data', root());

/** For people whose Dragoman keeps its data elsewhere. */
export const WHICH_FOLDER =
  'set DRAGOMAN_DATA to the folder that Dragoman writes to (in a Node-RED of your own, "dragoman" in its user folder)';
