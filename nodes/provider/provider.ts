import type { Node, NodeAPI } from 'node-red';
import type { Endpoint } from '../../core/answering.ts';
import { DragomanError } from '../../core/errors.ts';
import type { ProviderPlugin } from '../../core/ports.ts';
import { type Environment, resolve, SETTINGS, type SettingSpec } from '../../core/settings.ts';
import { defineNode } from '../../runtime/define-node.ts';
import { providerOf } from '../../runtime/registry.ts';
import { migrations } from './migrations.ts';

export interface ProviderConfig {
  /** Id of a `dragoman-provider` plugin. */
  provider: string;
  baseUrl: string;
  model: string;
  /** Asked when the first model fails; empty: none. */
  fallbackModel: string;
}

export type ProviderNode = Node & { endpoints?: (envPrefix: string) => Endpoint[] };

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
      (node as unknown as ProviderNode).endpoints = (envPrefix) => {
        const endpoints = made.get(envPrefix) ?? endpointsOf(plugin, config, credentials.apiKey, envPrefix);
        made.set(envPrefix, endpoints);
        return endpoints;
      };
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
): Endpoint[] {
  // An account's own variable wins over the deployment's.
  const value = (spec: SettingSpec, own?: string) => {
    const prefixed = resolve({ env: spec.env }, environment, own, envPrefix);
    return prefixed.from === 'unset' ? resolve(spec, environment) : prefixed;
  };
  const apiKey = value(SETTINGS.openaiKey, key);
  const baseUrl = value(SETTINGS.openaiBase, config.baseUrl);
  if (!apiKey.value && baseUrl.from === 'default') return [];
  const endpoint = (model: string, kind: 'llm' | 'fallback-llm'): Endpoint => ({
    name: `${plugin.id} ${model}`,
    key: `${baseUrl.value} ${model}`,
    provider: plugin.create({ apiKey: apiKey.value, baseUrl: baseUrl.value, model, kind }),
  });
  const first = endpoint(value(SETTINGS.model, config.model).value, 'llm');
  return config.fallbackModel ? [first, endpoint(config.fallbackModel, 'fallback-llm')] : [first];
}
