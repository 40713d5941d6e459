import type { Node, NodeAPI } from 'node-red';
import type { Endpoint } from '../../core/answering/answering.ts';
import type { Budgets } from '../../core/answering/budget.ts';
import type { Prices } from '../../core/answering/prices.ts';
import { DragomanError } from '../../core/errors.ts';
import type { ProviderPlugin } from '../../core/ports.ts';
import { type Environment, resolveFor, SETTINGS, type SettingSpec } from '../../core/settings.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { providerOf } from '../../node-red/plugins.ts';
import { type ProviderConfig, pricesIn } from './config.ts';
import { migrations } from './migrations.ts';

/** What the llm node asks of it. */
export interface ProviderParts {
  /** The endpoints in the order of asking, with the variables of the account's prefix. */
  endpoints(envPrefix: string): Endpoint[];
  budgets: Budgets;
  /** Budgets are money, not tokens. */
  priced: boolean;
}

export type ProviderNode = Node & Partial<ProviderParts>;

export default function register(RED: NodeAPI): void {
  defineNode<ProviderConfig, { apiKey: string }>(RED, {
    name: 'provider',
    migrations,
    credentials: { apiKey: { type: 'password' } },
    create({ node, config, credentials }) {
      const plugin = providerOf(RED as never, config.provider);
      if (!plugin)
        throw new DragomanError(
          'PROVIDER_MISSING',
          `The provider "${config.provider}" is not installed.`,
          'Install its package, or choose another provider.',
        );
      const made = new Map<string, Endpoint[]>();
      const parts: ProviderParts = {
        endpoints(envPrefix) {
          const endpoints =
            made.get(envPrefix) ??
            endpointsOf(plugin, config, credentials.apiKey, envPrefix, process.env, engine().egress);
          made.set(envPrefix, endpoints);
          return endpoints;
        },
        budgets: { daily: config.dailyBudget, contact: config.contactBudget },
        priced: pricesIn(config).model !== undefined,
      };
      Object.assign(node, parts);
      return {};
    },
  });
}

/** The endpoints in the order of asking; none while neither a key nor an endpoint of one's own is configured. */
export function endpointsOf(
  plugin: ProviderPlugin,
  config: ProviderConfig,
  key: string | undefined,
  envPrefix: string,
  environment: Environment = process.env,
  egress?: typeof fetch,
): Endpoint[] {
  const value = (spec: SettingSpec, own?: string) => resolveFor(spec, environment, own, envPrefix);
  const apiKey = value(SETTINGS.openaiKey, key).value;
  const baseUrl = value(SETTINGS.openaiBase, config.baseUrl);
  if (!apiKey && baseUrl.from === 'default') return [];
  const shared = {
    apiKey,
    baseUrl: baseUrl.value,
    continuity: config.continuity,
    organization: value(SETTINGS.openaiOrganization).value,
    project: value(SETTINGS.openaiProject).value,
    fetch: egress,
  };
  const endpoint = (model: string, kind: 'llm' | 'fallback-llm', prices: Prices | undefined): Endpoint => ({
    name: `${plugin.id} ${model}`,
    key: `${baseUrl.value} ${model}`,
    provider: plugin.create({ ...shared, model, kind }),
    prices,
  });
  const prices = pricesIn(config);
  const first = endpoint(value(SETTINGS.model, config.model).value, 'llm', prices.model);
  return config.fallbackModel ? [first, endpoint(config.fallbackModel, 'fallback-llm', prices.fallbackModel)] : [first];
}
