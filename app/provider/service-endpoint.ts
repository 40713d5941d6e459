/** Which endpoint makes vectors, which hears and which speaks: what the variables say, else that of the provider nodes. */
import { type Environment, resolve, SETTINGS, setting } from '../../core/settings.ts';

/** A provider node as an endpoint: its own values, else the environment's. */
export interface ProviderEndpoint {
  baseUrl: string;
  apiKey: string;
}

export function endpointOf(
  config: { baseUrl: string },
  key: string | undefined,
  environment: Environment = process.env,
): ProviderEndpoint {
  return {
    baseUrl: resolve(SETTINGS.openaiBase, environment, config.baseUrl).value,
    apiKey: resolve(SETTINGS.openaiKey, environment, key).value,
  };
}

const plain = (url: string) => url.replace(/\/+$/, '');

/** A node's key goes to that node's own endpoint only. */
export function endpointFor(
  use: 'embedding' | 'stt' | 'tts',
  providers: readonly ProviderEndpoint[],
  environment: Environment = process.env,
): ProviderEndpoint {
  const at = (url: string) => providers.find(({ baseUrl }) => plain(baseUrl) === plain(url));
  const usual = setting('openaiBase', environment);
  const baseUrl = setting(`${use}Base`, environment) || (at(usual) ?? providers[0])?.baseUrl || usual;
  const apiKey = setting(`${use}Key`, environment) || at(baseUrl)?.apiKey || setting('openaiKey', environment);
  return { baseUrl, apiKey };
}
