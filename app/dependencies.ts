/** What this server was set up to ask, and whether it answers now. Only its own requests tell whether it answers rightly. */
import type { Clock, Http } from '../core/ports.ts';
import { type Environment, setting } from '../core/settings.ts';
import { endpointFor } from './provider/service-endpoint.ts';
import type { Registry } from './registry.ts';

const WITHIN_MS = 2_000;
/** What was found holds for so long. */
const KNOWN_MS = 10_000;
/** What speaks without a server. */
const PROGRAM = 'espeak-ng';

interface Dependency {
  /** Holds no address. */
  name: string;
  /** Any answer but a failure of the server counts, also that a key is missing: none is sent. */
  url: string;
  isBackend?: true;
}

/** By name, whether it answers. Empty where nothing is set up. Never rejects. */
export type Dependencies = () => Promise<Record<string, 'ok' | 'no answer'>>;

export interface DependencyParts {
  registry: Pick<Registry, 'providers' | 'accounts'>;
  clock: Pick<Clock, 'now'>;
  /** The client for LLM, embedding and speech hosts, and that for others. */
  egress: typeof fetch;
  http: Http;
  environment?: Environment;
}

export function createDependencies({ registry, clock, egress, http, environment }: DependencyParts): Dependencies {
  let known: { at: number; of: string; states: ReturnType<Dependencies> } | undefined;

  async function answers({ url, isBackend }: Dependency): Promise<'ok' | 'no answer'> {
    try {
      const status = isBackend
        ? (await http({ method: 'GET', url, timeoutMs: WITHIN_MS })).status
        : await statusOf(await egress(url, { signal: AbortSignal.timeout(WITHIN_MS) }));
      return status < 500 ? 'ok' : 'no answer';
    } catch {
      return 'no answer';
    }
  }

  return () => {
    const all = dependenciesOf(registry, environment);
    const of = JSON.stringify(all);
    if (known?.of === of && clock.now() - known.at < KNOWN_MS) return known.states;
    const states = Promise.all(all.map(async (one) => [one.name, await answers(one)] as const)).then(
      Object.fromEntries,
    );
    known = { at: clock.now(), of, states };
    return states;
  };
}

/** The whole answer, so that its connection may be used again. */
async function statusOf(answer: Response): Promise<number> {
  await answer.text();
  return answer.status;
}

/** Each address once, by the first name that it has. */
function dependenciesOf(
  { providers, accounts }: DependencyParts['registry'],
  environment: Environment = process.env,
): Dependency[] {
  const prefixes = new Set(['', ...accounts().map(({ envPrefix }) => envPrefix)]);
  const models = (url: string) => `${url.replace(/\/+$/, '')}/models`;
  const asked = providers().flatMap(({ name, asks }) =>
    [...prefixes].flatMap((prefix): Dependency[] => {
      const place = asks(prefix);
      return place ? [{ name: [name, prefix].filter(Boolean).join(' '), url: models(place.baseUrl) }] : [];
    }),
  );
  const service = (name: string, use: 'embedding' | 'stt' | 'tts', isOn: boolean): Dependency[] =>
    isOn ? [{ name, url: models(endpointFor(use, providers(), environment).baseUrl) }] : [];
  const says = (name: Parameters<typeof setting>[0]) => setting(name, environment);
  const backend = says('backendUrl');
  const all: Dependency[] = [
    ...asked,
    ...service('embeddings', 'embedding', says('embeddingModel') !== ''),
    ...service('STT', 'stt', says('sttModel') !== '' || says('sttBase') !== ''),
    ...service('TTS', 'tts', says('ttsModel') !== PROGRAM && (says('ttsModel') !== '' || says('ttsBase') !== '')),
    ...(backend ? [{ name: 'backend', url: backend, isBackend: true as const }] : []),
  ];
  return all.filter(({ url }, at) => all.findIndex((other) => other.url === url) === at);
}
