/** A store is copied into another one, kind by kind. Stopped anywhere, it goes on from there; it is whole once both hold the same. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DragomanError } from '../../core/errors.ts';
import { halfCopy } from './half.ts';
import { type Batch, type Copyable, canonical, KINDS, type Kind, type Place, type Progress } from './kinds.ts';

/** Records that are read and written at once. */
const BATCH = 500;
/** Those may have some MB each. */
const LARGE = new Set<Kind>(['upload']);
/** How often a store that does not answer is asked, and how long in between. */
const TRIES = 5;
const AGAIN_MS = 1_000;

/** One kind in both stores. */
export interface Compared {
  kind: Kind;
  source: Sum;
  copy: Sum;
}

export interface Sum {
  count: number;
  /** The sum of the records' hashes, so that their order does not matter; 32 hexadecimal digits. */
  checksum: string;
}

export interface CopyOptions {
  /** Told after each batch. */
  tell?(kind: Kind, count: number): unknown;
  /** Records in a batch. */
  batch?: number;
}

/**
 * @returns all kinds, equal in both
 * @throws DragomanError BAD_REQUEST where something else is in the target; DATA_INCOMPLETE where the target is a half copy of another source, or the
 * source changed meanwhile; STORE_UNAVAILABLE
 */
export async function copy(
  source: Copyable,
  target: Copyable,
  { tell = () => {}, batch = BATCH }: CopyOptions = {},
): Promise<Compared[]> {
  if (await source.progress()) throw halfCopy(source.name);
  let at = await start(source, target);
  while (at.kind) {
    const { kind } = at;
    let count = 0;
    for (let after: Place | null | undefined = at.after; after !== undefined; ) {
      const place: Place | null = after;
      const { records, next }: Batch = await patiently(() => source.read(kind, place, atOnce(kind, batch)));
      const then: Progress = next ? { ...at, after: next } : following(at);
      await patiently(() => target.write(kind, records, then));
      count += records.length;
      await tell(kind, count);
      after = next ?? undefined;
    }
    at = following(at);
  }
  const compared: Compared[] = [];
  for (const kind of KINDS)
    compared.push({ kind, source: await summed(source, kind), copy: await summed(target, kind) });
  const differ = compared.filter((one) => one.source.checksum !== one.copy.checksum);
  if (differ.length > 0)
    throw new DragomanError(
      'DATA_INCOMPLETE',
      `The copy differs from its source (${differ.map(({ kind }) => kind).join(', ')}): the source changed while it was copied.`,
      'Delete the copy and begin anew, with no server running on the source.',
    );
  await target.finish();
  return compared;
}

/** Where it begins, or goes on. */
async function start(source: Copyable, target: Copyable): Promise<Progress> {
  const known = await target.progress();
  if (known?.from === source.name) return known;
  if (known) throw halfCopy(target.name, known.from);
  if (!(await target.isEmpty()))
    throw new DragomanError(
      'BAD_REQUEST',
      `There is something in ${target.name} already.`,
      'Copy into a new one: nothing is mixed or overwritten.',
    );
  const progress: Progress = { from: source.name, kind: KINDS[0], after: null };
  await target.begin(progress, await source.key());
  return progress;
}

function following({ from, kind }: Progress): Progress {
  const next = kind && KINDS[KINDS.indexOf(kind) + 1];
  return { from, kind: next ?? null, after: null };
}

/** A line that broke for a moment is no reason to begin anew by hand; what is written twice is there once. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await ask();
    } catch (error) {
      if (!DragomanError.is(error) || !error.retryable || tries === TRIES) throw error;
      await sleep(AGAIN_MS);
    }
}

const atOnce = (kind: Kind, batch = BATCH) => (LARGE.has(kind) ? 1 : batch);

const WRAP = 1n << 128n;

/** All records of a kind. @param store read in batches */
export async function summed(store: Pick<Copyable, 'read'>, kind: Kind): Promise<Sum> {
  let count = 0;
  let sum = 0n;
  let after: Place | null = null;
  do {
    const place: Place | null = after;
    const { records, next }: Batch = await patiently(() => store.read(kind, place, atOnce(kind)));
    for (const record of records) sum = (sum + hashOf(kind, canonical(record))) % WRAP;
    count += records.length;
    after = next;
  } while (after);
  return { count, checksum: sum.toString(16).padStart(32, '0') };
}

const hashOf = (kind: Kind, text: string): bigint =>
  BigInt(`0x${createHash('sha256').update(kind).update('\n').update(text).digest('hex').slice(0, 32)}`);
