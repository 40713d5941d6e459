/** The meaning half of the knowledge index: sqlite-vec tables beside the text, kept in step with one embedding model. */
import type { DatabaseSync } from 'node:sqlite';
import { load } from 'sqlite-vec';
import { describe } from '../../core/errors.ts';
import { createOutages } from '../../core/outages.ts';
import type { Embedder, Logger } from '../../core/ports.ts';

/** Texts in one call of the embedder. */
const BATCH = 64;
/** A batch of passages may take this long; milliseconds. */
const PASSAGES_TIMEOUT = 60_000;
/** A customer waits: without an answer by then the search goes on by text. Milliseconds. */
const QUERY_TIMEOUT = 3000;

/**
 * Ranks by meaning, as `id, place`: the nearest 100 by their bits (cheap), the best 50 of them by cosine (exact). Its parameters are
 * `:vector` and `:base`. A vector of zeros has no direction and comes last.
 */
export const NEAREST = `
  select id, row_number() over (order by coalesce(vec_distance_cosine(full, :vector), 2)) place from (
    select id, full from vectors where bits match vec_quantize_binary(:vector) and base = :base and k = 100
  ) order by place limit 50`;

export interface Vectors {
  /**
   * Embeds these passages and keeps their vectors. A failing embedder is logged, not thrown: the passages stay without, their
   * `embedded` at 0. Passages deleted in the meantime are left out.
   */
  add(passages: { id: number; base: string; text: string }[]): Promise<void>;
  remove(id: number): void;
  /** The query as a parameter of `NEAREST`; null (logged) when it cannot be had. */
  query(text: string): Promise<Uint8Array | null>;
}

/** sqlite-vec packs eight dimensions a byte; zeros at the end change no angle. */
function padded(vector: Float32Array): Float32Array {
  const whole = new Float32Array(Math.ceil(vector.length / 8) * 8);
  whole.set(vector);
  return whole;
}

const bytes = (vector: Float32Array) => new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);

/**
 * @param db opened with `allowExtension`; its table `passage` has `id` and `embedded`.
 * @returns null (logged) where sqlite-vec cannot be loaded on this machine; search goes on by text.
 */
export function openVectors(db: DatabaseSync, embedder: Embedder, log: Logger): Vectors | null {
  try {
    load(db);
  } catch (error) {
    log.warn(`Knowledge is searched by text only: sqlite-vec does not load here (${describe(error)}).`);
    return null;
  }
  db.exec('create table if not exists vector_model (model text not null, dimensions integer not null)');
  const outages = createOutages(log, Date.now);
  const known = db.prepare('select model, dimensions from vector_model').get();
  let dimensions = known?.model === embedder.model ? Number(known.dimensions) : 0;
  if (dimensions) db.exec('delete from vectors where id not in (select id from passage)');
  else reset(0);

  function reset(next: number): void {
    db.exec('drop table if exists vectors; delete from vector_model; update passage set embedded = 0');
    dimensions = next;
    if (next === 0) return;
    db.exec(
      `create virtual table vectors using vec0(
        id integer primary key, base text partition key, bits bit[${next}], +full blob
      )`,
    );
    db.prepare('insert into vector_model values (?, ?)').run(embedder.model, next);
  }

  async function embed(texts: string[], timeout: number): Promise<Float32Array[]> {
    const vectors = await embedder.embed(texts, AbortSignal.timeout(timeout));
    const length = vectors[0]?.length ?? 0;
    const sound = vectors.length === texts.length && length > 0 && vectors.every((v) => v.length === length);
    if (!sound)
      throw new Error(`${embedder.model} gave ${vectors.length} vectors of ${length} for ${texts.length} texts.`);
    return vectors.map(padded);
  }

  function keep(passages: { id: number; base: string }[], vectors: Float32Array[]): void {
    const length = vectors[0]!.length;
    db.exec('begin immediate');
    try {
      if (length !== dimensions) {
        if (dimensions)
          log.warn(`${embedder.model} changed from ${dimensions} to ${length} dimensions: vectors are made again.`);
        reset(length);
      }
      const mark = db.prepare('update passage set embedded = 1 where id = ? and embedded = 0');
      const insert = db.prepare('insert into vectors (id, base, bits, full) values (?, ?, vec_quantize_binary(?), ?)');
      passages.forEach(({ id, base }, at) => {
        const vector = bytes(vectors[at]!);
        if (mark.run(id).changes) insert.run(BigInt(id), base, vector, vector);
      });
      db.exec('commit');
    } catch (error) {
      db.exec('rollback');
      throw error;
    }
  }

  return {
    async add(passages) {
      try {
        for (let at = 0; at < passages.length; at += BATCH) {
          const batch = passages.slice(at, at + BATCH);
          const vectors = await embed(
            batch.map((passage) => passage.text),
            PASSAGES_TIMEOUT,
          );
          if (!db.isOpen) return;
          keep(batch, vectors);
        }
      } catch (error) {
        log.warn(`Knowledge is searched by text until the embedding works again: ${describe(error)}`);
      }
    },
    remove(id) {
      if (dimensions) db.prepare('delete from vectors where id = ?').run(BigInt(id));
    },
    async query(text) {
      if (!dimensions) return null;
      try {
        const [vector] = await embed([text], QUERY_TIMEOUT);
        if (vector?.length === dimensions) {
          outages.works(embedder.model, embedder.model);
          return bytes(vector);
        }
        const given = `${embedder.model} gave ${vector?.length} dimensions, the index has ${dimensions}`;
        outages.failed(embedder.model, `Searched by text: ${given}.`);
      } catch (error) {
        outages.failed(embedder.model, `Searched by text, the question could not be embedded: ${describe(error)}`);
      }
      return null;
    },
  };
}
