/** Vectors from any endpoint that has `/embeddings`. */
import type { OpenAI } from 'openai';
import type { Embedder } from '../../core/ports.ts';
import { type Connection, checkConnection, limits, openClient } from './client.ts';
import { explainFailure, providerFailed } from './errors.ts';

/** OpenAI takes 2,048 texts a call, but smaller servers far fewer. */
const BATCH = 256;
const TIMEOUT_MS = 60_000;

/**
 * `embed` rejects with DragomanError PROVIDER_FAILED. All vectors of one embedder have the same length.
 * @throws DragomanError SETTING_INVALID.
 */
export function createOpenAiEmbedder(config: Connection): Embedder {
  const host = checkConnection(config);
  let client: Promise<OpenAI> | undefined;
  let dimension: number | undefined;

  const strange = () =>
    providerFailed(
      `${host} did not give one vector of the same length for each text.`,
      'See whether EMBEDDING_MODEL names an embedding model; after a change of model the knowledge is indexed anew.',
      false,
    );

  async function embedBatch(texts: string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const { deadline, options, end } = limits(TIMEOUT_MS, signal);
    try {
      client ??= openClient(config);
      const openai = await client;
      // Asked for as numbers: not every server knows the packed form that the SDK would ask for.
      const { data } = await openai.embeddings.create(
        { model: config.model, input: texts.map(sayable), encoding_format: 'float' },
        options,
      );
      const vectors = new Map<number, Float32Array>(
        data.map(({ index, embedding }) => [index, Float32Array.from(embedding)]),
      );
      const wanted = dimension ?? vectors.get(0)?.length;
      const ordered = texts.map((_, index) => vectors.get(index));
      const sound = (vector: Float32Array | undefined): vector is Float32Array =>
        vector !== undefined && vector.length > 0 && vector.length === wanted && vector.every(Number.isFinite);
      if (data.length !== texts.length || !ordered.every(sound)) throw strange();
      dimension = wanted;
      return ordered;
    } catch (error) {
      throw explainFailure(error, { host, model: config.model, timeoutMs: TIMEOUT_MS, deadline, signal });
    } finally {
      end();
    }
  }

  return {
    model: config.model,
    async embed(texts, signal) {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += BATCH)
        vectors.push(...(await embedBatch(texts.slice(from, from + BATCH), signal)));
      return vectors;
    },
  };
}

/** An empty text would make the server refuse the whole batch. */
const sayable = (text: string) => (text.trim() ? text : '-');
