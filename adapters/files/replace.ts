/** A folder's files brought in step with what they should be, so that a crash leaves each one as it was or as it should be. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Of a file that is being written; hidden, so that nobody takes it for one of the files. */
const begun = (name: string) => `.${name}.new`;
const BEGUN = /^\..+\.new$/;

/**
 * A file that is as it should be is not touched. All new contents are on the disk before the first one takes its place; what is gone goes last.
 * @param files name → text
 * @param isOurs whether a file that is not among them may be removed
 * @returns names
 */
export async function replaceFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  isOurs: (name: string) => boolean,
): Promise<{ written: string[]; removed: string[] }> {
  await mkdir(folder, { recursive: true });
  const at = (name: string) => path.join(folder, name);
  const there = await readdir(folder);
  const written: string[] = [];
  for (const [name, text] of files) {
    if (there.includes(name) && (await readFile(at(name), 'utf8')) === text) continue;
    await writeFile(at(begun(name)), text);
    written.push(name);
  }
  for (const name of written) await rename(at(begun(name)), at(name));
  const removed = there.filter((name) => isOurs(name) && !files.has(name));
  // A run that was cut short left what it had begun.
  for (const name of [...removed, ...there.filter((one) => BEGUN.test(one))]) await rm(at(name), { force: true });
  return { written, removed };
}
