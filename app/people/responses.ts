/** The responses that LLM providers keep of conversations: noted as they are made, and deleted there when the customer is forgotten. */
import type { Endpoint } from '../../core/answering/answering.ts';
import { describe } from '../../core/errors.ts';
import type { Clock, Logger, Provider, ProviderResponse, Store } from '../../core/ports.ts';

export interface Responses {
  /** Endpoints that are asked, so that what they keep can be deleted there. */
  use(endpoints: Pick<Endpoint, 'key' | 'provider'>[]): void;
  /** For a request's `onKept`. */
  note(conversationId: string): (responseId: string, endpoint: string) => void;
  /** Deletes all that is kept of these conversations. What cannot be deleted now is tried again by `retry`. */
  forget(conversations: string[]): Promise<DeletedResponses>;
  retry(): Promise<void>;
}

/** `gone`: the provider had it no more. `waiting`: it is tried again until the provider's own time for it is over. */
export interface DeletedResponses {
  deleted: number;
  gone: number;
  waiting: number;
}

export function createResponses({ store, clock, log }: { store: Store; clock: Clock; log: Logger }): Responses {
  const providers = new Map<string, Provider>();

  async function remove(kept: ProviderResponse[]): Promise<DeletedResponses> {
    const counts: DeletedResponses = { deleted: 0, gone: 0, waiting: 0 };
    for (const [endpoint, ids] of byEndpoint(kept)) {
      const ends = (await providers.get(endpoint)?.forget?.(ids)) ?? ids.map((id) => ({ id, end: 'failed' as const }));
      const failed = ends.filter(({ end }) => end === 'failed').map(({ id }) => id);
      await store.unwantedResponses(failed);
      await store.dropResponses(ids.filter((id) => !failed.includes(id)));
      counts.deleted += ends.filter(({ end }) => end === 'deleted').length;
      counts.gone += ends.filter(({ end }) => end === 'gone').length;
      counts.waiting += failed.length;
    }
    return counts;
  }

  return {
    use(endpoints) {
      for (const { key, provider } of endpoints) providers.set(key, provider);
    },
    note(conversationId) {
      return (id, endpoint) => {
        const response = { id, endpoint, conversationId, at: clock.now() };
        store
          .noteResponse(response)
          // Its customer was forgotten while the model was thinking.
          .then((noted) => (noted ? undefined : remove([response])))
          .catch((error) => log.warn(`A response that a provider keeps was not noted: ${describe(error)}`));
      };
    },
    forget: async (conversations) => remove(await store.responses(conversations)),
    async retry() {
      await remove(await store.responses());
    },
  };
}

function byEndpoint(kept: ProviderResponse[]): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { id, endpoint } of kept) ids.set(endpoint, [...(ids.get(endpoint) ?? []), id]);
  return ids;
}
