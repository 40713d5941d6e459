/** The folder of knowledge files, as people of the business put files into it: nothing is ever written, or taken, outside of it. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DragomanError, describe } from '../../core/errors.ts';
import type { FolderFile, KnowledgeFolder } from '../../core/ports.ts';
import { cutText } from '../../core/text/lengths.ts';
import { basesIn, filesOf, isReadable, MAX_FILE_SIZE } from './ingest.ts';
import { KINDS } from './parse-file.ts';

/** Bytes of a name's part: file systems take 255, and a file that is being written has a longer name. */
const LONGEST_PART = 180;
/** Folders in each other, the file's name included. */
const DEEPEST = 6;
/** What is no name on some system, leads elsewhere, or is read another way than it is written. Hidden files are nobody's. */
const NO_NAME = /^\.|^\s|[\s.]$|[\\/:*?"<>|\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** @returns the name as it is written. @throws DragomanError BAD_REQUEST */
function partOf(name: string): string {
  // Looked at first: letters with thousands of marks take long to normalise.
  const part = name.length <= LONGEST_PART ? name.normalize() : '';
  if (part && !NO_NAME.test(part) && Buffer.byteLength(part) <= LONGEST_PART) return part;
  throw new DragomanError(
    'BAD_REQUEST',
    `"${cutText(name, LONGEST_PART)}" is no name for a file or a knowledge base here.`,
    'Take letters, digits, spaces, points, hyphens and underscores, and no point in front.',
  );
}

/** @param folder one folder for each base */
export function openFolder(folder: string): KnowledgeFolder {
  /**
   * Where a file is, or would be.
   * @throws DragomanError BAD_REQUEST
   */
  async function placeOf(base: string, name: string): Promise<string> {
    const given = [base, ...name.split('/', DEEPEST + 1)];
    if (given.length > DEEPEST + 1)
      throw new DragomanError('BAD_REQUEST', 'The folders are too deep.', `Take at most ${DEEPEST}.`);
    const parts = given.map(partOf);
    const place = path.join(folder, ...parts);
    // A folder may be a link: what is in it would be written elsewhere.
    const inside = await realpath(folder).catch(() => undefined);
    for (let above = path.dirname(place); inside && above.length > folder.length; above = path.dirname(above)) {
      const real = await realpath(above).catch(() => undefined);
      if (real === undefined) continue;
      if (!`${real}${path.sep}`.startsWith(inside + path.sep))
        throw new DragomanError(
          'BAD_REQUEST',
          `"${name}" would lie outside of the knowledge folder.`,
          'A link leads out of it; choose another base or folder.',
        );
      break;
    }
    return place;
  }

  return {
    kinds: KINDS,
    most: MAX_FILE_SIZE,
    bases: async () => (await basesIn(folder)).sort(),
    async files(base) {
      // One that lies there may be called what nobody may call a new one.
      const isThere = (await basesIn(folder).catch((): string[] => [])).includes(base);
      const at = path.join(folder, base);
      const names = isThere ? await filesOf(at).catch((): string[] => []) : [];
      const looked = names.map(async (name): Promise<FolderFile[]> => {
        // A link to nowhere, or a file that has just gone.
        const found = await stat(path.join(at, name)).catch(() => undefined);
        if (!found?.isFile()) return [];
        return [{ name, bytes: found.size, changedAt: Math.floor(found.mtimeMs), readable: isReadable(name) }];
      });
      return (await Promise.all(looked)).flat();
    },
    async write(base, name, content) {
      const place = await placeOf(base, name);
      if (!isReadable(place))
        throw new DragomanError(
          'BAD_REQUEST',
          `Files of the kind of "${name}" cannot be read.`,
          `Take one of ${KINDS.join(', ')}.`,
        );
      if (content.length > MAX_FILE_SIZE)
        throw new DragomanError(
          'TOO_LARGE',
          `"${name}" has ${content.length} bytes.`,
          `Files of up to ${MAX_FILE_SIZE} bytes are read; part it.`,
        );
      const begun = path.join(path.dirname(place), `.${path.basename(place)}.${randomUUID()}.new`);
      try {
        await mkdir(path.dirname(place), { recursive: true });
        const file = await open(begun, 'wx');
        await file
          .writeFile(content)
          .then(() => file.sync())
          .finally(() => file.close());
        await rename(begun, place);
      } catch (error) {
        await rm(begun, { force: true }).catch(() => {});
        throw unwritable(name, error);
      }
    },
    async remove(base, name) {
      const place = await placeOf(base, name);
      const found = await lstat(place).catch(() => undefined);
      if (!found || found.isDirectory())
        throw new DragomanError('NOT_FOUND', `There is no file "${name}" in "${base}".`, 'Load the page again.');
      await rm(place).catch((error: unknown) => {
        throw unwritable(name, error);
      });
    },
  };
}

const unwritable = (name: string, error: unknown) =>
  new DragomanError(
    'KNOWLEDGE_UNWRITABLE',
    `"${name}" could not be put in its place, or taken away: ${describe(error)}.`,
    "Look at the rights and the space of the knowledge folder; the server's user must be able to write there.",
    { cause: error, retryable: true },
  );
