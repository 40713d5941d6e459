/** The endpoints that a provider node stands for, or the environment where there is none. */
import type { Endpoint } from '../../core/answering/answering.ts';
import type { Budgets } from '../../core/answering/budget.ts';
import type { Prices } from '../../core/answering/prices.ts';
import { DragomanError } from '../../core/errors.ts';
import type { AnsweringPlugin } from '../../core/ports.ts';
import { type Environment, isNo, isYes, resolveFor, SETTINGS, type SettingSpec } from '../../core/settings.ts';
import type { Engine } from '../engine.ts';
import { type ProviderConfig, pricesIn } from './config.ts';
import { chosenEndpoint, takesOllama } from './service-endpoint.ts';

type Host = Partial<Pick<Engine, 'egress' | 'log'>>;

/** What the llm node asks of it. */
export interface ProviderParts {
  /** The endpoints in the order of asking, with the variables of the account's prefix. */
  endpoints(envPrefix: string): Endpoint[];
  budgets: Budgets;
  /** Budgets are money, not tokens. */
  priced: boolean;
  /** Milliseconds; undefined: what the account's time allows. */
  timeoutMs(envPrefix: string): number | undefined;
}

/** @param host asked at the first answer, when it is there. */
export function partsOf(
  plugin: AnsweringPlugin,
  config: ProviderConfig,
  apiKey: string | undefined,
  host: () => Host,
): ProviderParts {
  const made = new Map<string, Endpoint[]>();
  return {
    endpoints(envPrefix) {
      const endpoints = made.get(envPrefix) ?? endpointsOf(plugin, config, apiKey, envPrefix, process.env, host());
      made.set(envPrefix, endpoints);
      return endpoints;
    },
    budgets: { daily: config.dailyBudget, contact: config.contactBudget },
    priced: pricesIn(config).model !== undefined,
    timeoutMs: (envPrefix) => timeoutOf(config, envPrefix),
  };
}

/** The endpoints in the order of asking; none while neither a key nor an endpoint of one's own is configured. */
export function endpointsOf(
  plugin: AnsweringPlugin,
  config: ProviderConfig,
  key: string | undefined,
  envPrefix: string,
  environment: Environment = process.env,
  host: Host = {},
): Endpoint[] {
  const value = (spec: SettingSpec, own?: string) => resolveFor(spec, environment, own, envPrefix);
  const place = chosenEndpoint(config, key, environment, envPrefix);
  if (!place) return [];
  const shared = {
    ...place,
    continuity: config.continuity,
    organization: value(SETTINGS.openaiOrganization).value,
    project: value(SETTINGS.openaiProject).value,
    maxOutputTokens: wholeNumber(value(SETTINGS.maxOutput, String(config.maxOutputTokens)).value, SETTINGS.maxOutput),
    log: host.log,
    fetch: host.egress,
  };
  const endpoint = (model: string, kind: 'llm' | 'fallback-llm', prices: Prices | undefined): Endpoint => ({
    name: `${plugin.id} ${model}`,
    key: `${place.baseUrl} ${model}`,
    provider: plugin.create({ ...shared, model, kind }),
    pictures: seesPictures(config, envPrefix, environment),
    prices,
  });
  const prices = pricesIn(config);
  const model = takesOllama(config, environment, envPrefix) ? SETTINGS.ollamaModel : SETTINGS.model;
  const first = endpoint(value(model, config.model).value, 'llm', prices.model);
  return config.fallbackModel ? [first, endpoint(config.fallbackModel, 'fallback-llm', prices.fallbackModel)] : [first];
}

/** Whether photos of customers may leave for the endpoint. @throws DragomanError SETTING_INVALID */
function seesPictures({ pictures }: ProviderConfig, envPrefix: string, environment: Environment): boolean {
  const { value, env } = resolveFor(SETTINGS.pictures, environment, pictures, envPrefix);
  if (isYes(value)) return true;
  if (isNo(value)) return false;
  throw new DragomanError('SETTING_INVALID', `"${value}" is neither on nor off.`, `Correct it in ${env}.`);
}

/** How long an answer may take, where the node or the environment says it; milliseconds. */
export function timeoutOf(
  config: Pick<ProviderConfig, 'timeoutSeconds'>,
  envPrefix: string,
  environment: Environment = process.env,
): number | undefined {
  const spec = SETTINGS.llmTimeout;
  const { value } = resolveFor(spec, environment, String(config.timeoutSeconds), envPrefix);
  return value ? wholeNumber(value, spec) * 1000 : undefined;
}

/** @throws DragomanError SETTING_INVALID */
function wholeNumber(value: string, { env }: SettingSpec): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new DragomanError(
    'SETTING_INVALID',
    `"${value}" is no whole number from 1.`,
    `Correct it in the provider node or in ${env}.`,
  );
}
