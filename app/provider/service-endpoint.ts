/** Which endpoint makes vectors, which hears and which speaks: what the variables say, else that of the provider nodes. */
import { type Environment, resolve, resolveFor, SETTINGS, type SettingSpec, setting } from '../../core/settings.ts';
import type { ProviderConfig } from './config.ts';

export interface ProviderEndpoint {
  baseUrl: string;
  apiKey: string;
}

/** What a provider node says of where it is. */
type Place = Pick<ProviderConfig, 'baseUrl'> & Partial<Pick<ProviderConfig, 'variables'>>;

/** A provider node as an endpoint: its own values, else the environment's. @param envPrefix of an account, whose own variables go first */
export function endpointOf(
  config: Place,
  key: string | undefined,
  environment: Environment = process.env,
  envPrefix = '',
): ProviderEndpoint {
  const value = (spec: SettingSpec, own?: string) => resolveFor(spec, environment, own, envPrefix).value;
  // A key of the LLM's variables is for another server.
  if (takesOllama(config, environment, envPrefix))
    return { baseUrl: withVersion(value(SETTINGS.ollamaUrl)), apiKey: resolve({ env: '' }, {}, key).value };
  return { baseUrl: value(SETTINGS.openaiBase, config.baseUrl), apiKey: value(SETTINGS.openaiKey, key) };
}

/** The node has no address of its own, takes Ollama's variables, and there is one. */
export const takesOllama = ({ baseUrl, variables }: Place, environment: Environment, envPrefix: string): boolean =>
  variables === 'ollama' && !baseUrl.trim() && resolveFor(SETTINGS.ollamaUrl, environment, '', envPrefix).value !== '';

/** The same where somebody chose a key or an address; undefined: nobody is to be asked. */
export function chosenEndpoint(
  config: Place,
  key: string | undefined,
  environment: Environment = process.env,
  envPrefix = '',
): ProviderEndpoint | undefined {
  const found = endpointOf(config, key, environment, envPrefix);
  const { from } = resolveFor(SETTINGS.openaiBase, environment, config.baseUrl, envPrefix);
  return found.apiKey || from !== 'default' || takesOllama(config, environment, envPrefix) ? found : undefined;
}

/** Ollama is called by its bare address; what speaks OpenAI's API there has a path. */
function withVersion(url: string): string {
  const bare = url.replace(/\/+$/, '');
  return URL.canParse(bare) && new URL(bare).pathname === '/' ? `${bare}/v1` : bare;
}

const plain = (url: string) => url.replace(/\/+$/, '');

/** A node's key goes to that node's own endpoint only. */
export function endpointFor(
  use: 'embedding' | 'stt' | 'tts',
  providers: readonly ProviderEndpoint[],
  environment: Environment = process.env,
): ProviderEndpoint {
  // One that nobody gave an address or a key stands in a flow and asks nobody.
  const isSet = ({ baseUrl, apiKey }: ProviderEndpoint) =>
    apiKey !== '' || plain(baseUrl) !== SETTINGS.openaiBase.default;
  const set = providers.filter(isSet);
  const at = (url: string) => set.find(({ baseUrl }) => plain(baseUrl) === plain(url));
  const usual = setting('openaiBase', environment);
  const baseUrl = setting(`${use}Base`, environment) || (at(usual) ?? set[0])?.baseUrl || usual;
  const apiKey = setting(`${use}Key`, environment) || at(baseUrl)?.apiKey || setting('openaiKey', environment);
  return { baseUrl, apiKey };
}
