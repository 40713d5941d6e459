/** undici with one agent, loaded with the first request: a start does not wait for it. */
import type { Agent, Dispatcher, request } from 'undici';

export interface LazyClient {
  /** undici's `request`, by this client's agent. */
  request(url: string | URL, options: Parameters<typeof request>[1]): Promise<Dispatcher.ResponseData<unknown>>;
  close(): Promise<void>;
}

export function lazyClient(options: Agent.Options): LazyClient {
  let loaded: { agent: Agent; request: typeof request } | undefined;
  const load = async () => {
    const undici = await import('undici');
    // Another first request may have come while it was loading.
    loaded ??= { agent: new undici.Agent(options), request: undici.request };
    return loaded;
  };
  const send = ({ agent, request }: NonNullable<typeof loaded>, ...[url, given]: Parameters<LazyClient['request']>) =>
    request(url, { ...given, dispatcher: agent });
  return {
    request: (url, given) => (loaded ? send(loaded, url, given) : load().then((parts) => send(parts, url, given))),
    close: async () => loaded?.agent.destroy(),
  };
}
