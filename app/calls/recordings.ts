/** What was recorded of calls: one file each in the data folder, nobody's but this user's, for as long as the retention says. */
import { constants } from 'node:fs';
import { access, type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { DragomanError } from '../../core/errors.ts';
import type { Store } from '../../core/ports.ts';

const FOLDER = 'recordings';
const ENDING = '.wav';
/** Ids of calls are names of files: nothing in them leads anywhere else, and nobody else's files have such names. */
const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** Rows in one step. */
const STEP = 200;

/** As an export names it: from the data folder. */
export const recordingName = (callId: string): string => `${FOLDER}/${callId}${ENDING}`;

/** @throws DragomanError NOT_FOUND for what cannot be a call's id */
export function recordingFile(dataFolder: string, callId: string): string {
  if (!ID.test(callId))
    throw new DragomanError('NOT_FOUND', 'That is no id of a call.', 'Look the id up in the list of calls.');
  return path.join(dataFolder, recordingName(callId));
}

/** Opens it to be written and read; made where it is missing. @throws DragomanError NOT_FOUND */
export async function openRecording(dataFolder: string, callId: string): Promise<FileHandle> {
  const file = recordingFile(dataFolder, callId);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  return open(file, constants.O_RDWR | constants.O_CREAT, 0o600);
}

/** Those of these calls that have one. */
export async function recordingsOf(dataFolder: string, callIds: string[]): Promise<string[]> {
  const there = await Promise.all(
    callIds.map(
      (id) =>
        ID.test(id) &&
        access(recordingFile(dataFolder, id)).then(
          () => true,
          () => false,
        ),
    ),
  );
  return callIds.filter((_, index) => there[index]);
}

/** @returns how many there were */
export async function deleteRecordings(dataFolder: string, callIds: string[]): Promise<number> {
  const there = await recordingsOf(dataFolder, callIds);
  for (const id of there) await rm(recordingFile(dataFolder, id), { force: true });
  return there.length;
}

export interface ExpireOptions {
  store: Store;
  dataFolder: string;
  /** Ends early, between two files. */
  stopped?(): boolean;
}

/**
 * Deletes recordings of calls that ended before then, and of calls that are known no more; what was cut off before anybody noted it, too.
 * @returns how many files
 */
export async function expireRecordings(
  { store, dataFolder, stopped = () => false }: ExpireOptions,
  before: number,
): Promise<number> {
  let gone = 0;
  for (const id of await recorded(dataFolder)) {
    if (stopped()) return gone;
    const call = await store.call(id);
    if (!call || (call.endedAt !== null && call.endedAt < before)) gone += await deleteRecordings(dataFolder, [id]);
    await pause();
  }
  while (!stopped()) {
    const calls = await store.recordedBefore(before, STEP);
    if (calls.length === 0) break;
    await store.run((records) => {
      for (const { id } of calls) records.updateCall(id, { recording: null });
    });
  }
  return gone;
}

/** The calls of which there is a file. */
async function recorded(dataFolder: string): Promise<string[]> {
  const names = await readdir(path.join(dataFolder, FOLDER)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))
    .filter((id) => ID.test(id));
}
