/** Where knowledge gets its vectors. */
import { DragomanError } from '../core/errors.ts';
import type { Embedder } from '../core/ports.ts';
import { setting } from '../core/settings.ts';
import type { Host } from './host.ts';
import { maskedEmbedder } from './masking.ts';
import { endpointFor } from './provider/service-endpoint.ts';
import type { Registry } from './registry.ts';

/** How long the first texts wait for the provider nodes; milliseconds. */
const NODES_MS = 20_000;

/**
 * Set where EMBEDDING_MODEL is. Plugins load in any order and nodes come with the flows, so all of it is looked up at each use.
 * @param load finds personal data, which no vector is made of
 * @param onChange is called when the flows have started with another endpoint than texts were sent to
 */
export function createEmbedder(
  host: Pick<Host, 'provider' | 'onFlowsStarted'>,
  egress: typeof fetch,
  registry: Pick<Registry, 'providers'>,
  load: Parameters<typeof maskedEmbedder>[1],
  onChange: () => void,
): Embedder | undefined {
  const model = setting('embeddingModel');
  if (!model) return undefined;
  let made: { from: string; embedder: Embedder } | undefined;
  const now = () => {
    const endpoint = endpointFor('embedding', registry.providers());
    return { endpoint, from: JSON.stringify(endpoint) };
  };
  const started = Promise.withResolvers<void>();
  setTimeout(started.resolve, NODES_MS).unref();
  host.onFlowsStarted(() => {
    started.resolve();
    if (made && made.from !== now().from) onChange();
  });

  function current(): Embedder {
    const { endpoint, from } = now();
    if (made?.from === from) return made.embedder;
    const embedder = host.provider('openai')?.embedder?.({ ...endpoint, model, fetch: egress });
    if (!embedder)
      throw new DragomanError('PROVIDER_MISSING', 'No provider makes vectors.', 'Enable the openai provider plugin.');
    made = { from, embedder: maskedEmbedder(embedder, load) };
    return made.embedder;
  }
  return {
    model,
    async embed(texts, signal) {
      await started.promise;
      return current().embed(texts, signal);
    },
  };
}
