/** undici with one agent, loaded with the first request: a start does not wait for it. */
import type { Agent, Dispatcher, request } from 'undici';

export interface LazyClient {
  /** undici's `request`, by this client's agent. */
  request(url: string | URL, options: Parameters<typeof request>[1]): Promise<Dispatcher.ResponseData<unknown>>;
  close(): Promise<void>;
}

export function lazyClient(options: Agent.Options): LazyClient {
  let loaded: { agent: Agent; request: typeof request } | undefined;
  return {
    async request(url, given) {
      if (!loaded) {
        const undici = await import('undici');
        // Another first request may have come while it was loading.
        loaded ??= { agent: new undici.Agent(options), request: undici.request };
      }
      return loaded.request(url, { ...given, dispatcher: loaded.agent });
    },
    close: async () => loaded?.agent.destroy(),
  };
}
