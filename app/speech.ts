/** What hears: an endpoint where one is set up. Plugins load in any order and provider nodes come with the flows, so it is looked up at each use. */
import { DragomanError } from '../core/errors.ts';
import type { ServiceSettings, Transcribe } from '../core/ports.ts';
import { setting } from '../core/settings.ts';
import type { Host } from './host.ts';
import { endpointFor } from './provider/service-endpoint.ts';
import type { Registry } from './registry.ts';

export interface Speech {
  /** Undefined where nothing hears. */
  readonly transcribe: Transcribe | undefined;
}

export function createSpeech(
  host: Pick<Host, 'provider'>,
  egress: typeof fetch,
  registry: Pick<Registry, 'providers'>,
): Speech {
  let made: { from: string; transcribe: Transcribe } | undefined;

  function transcriber(config: ServiceSettings): Transcribe {
    const from = JSON.stringify(config);
    if (made?.from === from) return made.transcribe;
    const transcribe = host.provider('openai')?.transcriber?.(config);
    if (!transcribe)
      throw new DragomanError('PROVIDER_MISSING', 'No provider hears.', 'Enable the openai provider plugin.');
    made = { from, transcribe };
    return transcribe;
  }

  return {
    get transcribe(): Transcribe | undefined {
      const model = setting('sttModel');
      if (!model) return undefined;
      return async (sound, hearing) => {
        const endpoint = endpointFor('stt', registry.providers());
        return transcriber({ ...endpoint, model, fetch: egress })(sound, hearing);
      };
    },
  };
}
