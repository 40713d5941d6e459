/** Brings the knowledge index in step with the folder of knowledge files: `knowledge/<base>/…`. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { DragomanError, describe } from '../../core/errors.ts';
import type { Knowledge, Logger, PassageInput } from '../../core/ports.ts';
import { KINDS, type ParseFile, parseFile } from './parse-file.ts';

/** Part of every file's hash: another value indexes all files again, after a change of the parsers. */
const PARSER_VERSION = '4';
/** Bytes; a dump dropped here by mistake must not stop the server. */
export const MAX_FILE_SIZE = 10_000_000;
/** Sentences about one file that are kept; the log has all. */
const MOST_NOTES = 20;
/** Bytes; takes so long that the log says when it begins. */
const LARGE = 500_000;

export const isReadable = (file: string): boolean => KINDS.includes(extname(file).toLowerCase());

/** All files of a base but hidden ones, as paths with `/`. Links to files are followed, as mounted volumes have them. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.split('/').some((part) => part.startsWith('.')))
    .sort();
}

/** @throws DragomanError KNOWLEDGE_UNREADABLE */
export async function basesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => entry.name);
  } catch (error) {
    throw new DragomanError(
      'KNOWLEDGE_UNREADABLE',
      'The knowledge folder cannot be read; what was indexed before stays.',
      'Check DRAGOMAN_KNOWLEDGE: it names a folder with one folder for each knowledge base. It is picked up when it is there.',
      { cause: error, retryable: true },
    );
  }
}

async function read(path: string): Promise<{ content: Buffer; changedAt: number }> {
  const { size, mtimeMs } = await stat(path);
  if (size > MAX_FILE_SIZE) throw new Error(`The file has ${size} bytes, more than ${MAX_FILE_SIZE}.`);
  return { content: await readFile(path), changedAt: mtimeMs };
}

const size = ({ length }: Buffer) => `${(length / 1_000_000).toFixed(1)} MB`;

export interface SyncResult {
  /** Files that were indexed. */
  changed: number;
  /** Files whose passages were deleted because the file is gone. */
  removed: number;
  /** Files that could not be read, as `base/file`; what was indexed of them before stays. */
  failed: { file: string; error: string }[];
  /** Files that have no passages, as `base/file`, with what was told of them. */
  empty: { file: string; notes: string[] }[];
}

/** What could not be read as it was, and why: it is not tried again until it is put there anew. Sources are `base/file`. */
export type GivenUp = Map<string, { state: string; error: unknown }>;

/** How far a base is read. */
export interface Progress {
  /** The file that is read now, from 1, of so many. */
  file: number;
  of: number;
  /** How much of it is indexed, where it is long. */
  percent?: number;
}

/**
 * Indexes new and changed files, deletes the passages of those that are gone; files with an unchanged content are not touched.
 * A file that cannot be read is reported and the others go on. Do not run two at once on one index.
 * @throws DragomanError KNOWLEDGE_UNREADABLE when the folder itself cannot be read, STORE_UNAVAILABLE when the index fails.
 */
export async function syncKnowledge(
  folder: string,
  knowledge: Knowledge,
  log: Logger,
  parse: ParseFile = parseFile,
  told: (base: string, progress: Progress) => void = () => {},
  givenUp: GivenUp = new Map(),
): Promise<SyncResult> {
  const result: SyncResult = { changed: 0, removed: 0, failed: [], empty: [] };
  const bases = await basesIn(folder);
  for (const base of new Set([...bases, ...(await knowledge.bases())])) {
    const known = await knowledge.sources(base);
    const files = bases.includes(base) ? (await filesOf(join(folder, base))).filter(isReadable) : [];
    for (const [index, file] of files.entries()) {
      const progress = { file: index + 1, of: files.length };
      const before = known.get(file);
      known.delete(file);
      let hash: string;
      let passages: PassageInput[];
      const notes: string[] = [];
      try {
        const { content, changedAt } = await read(join(folder, base, file));
        hash = createHash('sha256').update(PARSER_VERSION).update(content).digest('hex');
        if (hash === before) continue;
        const state = `${hash} ${changedAt}`;
        const last = givenUp.get(`${base}/${file}`);
        if (last?.state === state) throw last.error;
        told(base, progress);
        if (content.length > LARGE) log.info(`Knowledge file ${base}/${file} is being read: ${size(content)}.`);
        passages = await parse(file, content, (what) => {
          log.warn(`Knowledge file ${base}/${file}: ${what}`);
          if (notes.length < MOST_NOTES) notes.push(what);
        }).catch((error: unknown) => {
          givenUp.set(`${base}/${file}`, { state, error });
          throw error;
        });
      } catch (error) {
        log.warn(`Knowledge file ${base}/${file} was skipped: ${describe(error)}`);
        result.failed.push({ file: `${base}/${file}`, error: describe(error) });
        continue;
      }
      if (passages.length === 0) result.empty.push({ file: `${base}/${file}`, notes });
      if (passages.length === 0 && before === undefined) continue;
      const share = (part: number) => told(base, { ...progress, percent: Math.floor(part * 100) });
      await knowledge.put(base, file, hash, passages, share, notes);
      result.changed++;
    }
    for (const gone of known.keys()) {
      await knowledge.put(base, gone, '', []);
      result.removed++;
    }
  }
  return result;
}
