import type { Node, NodeAPI } from 'node-red';
import type { ProviderConfig } from '../../app/provider/config.ts';
import { type ProviderParts, partsOf } from '../../app/provider/endpoints.ts';
import { chosenEndpoint, endpointOf } from '../../app/provider/service-endpoint.ts';
import { DragomanError } from '../../core/errors.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode } from '../../node-red/kit/define-node.ts';
import { answeringProviderOf } from '../../node-red/plugins.ts';
import { migrations } from './migrations.ts';

export type ProviderNode = Node & Partial<ProviderParts>;

export default function register(RED: NodeAPI): void {
  defineNode<ProviderConfig, { apiKey: string }>(RED, {
    name: 'provider',
    migrations,
    credentials: { apiKey: { type: 'password' } },
    create({ node, config, credentials }) {
      const plugin = answeringProviderOf(RED as never, config.provider);
      if (!plugin)
        throw new DragomanError(
          'PROVIDER_MISSING',
          `The provider "${config.provider}" is not installed.`,
          'Install its package, or choose another provider.',
        );
      Object.assign(node, partsOf(plugin, config, credentials.apiKey, engine));
      // Only of what makes vectors, hears or speaks, and in the flows' own order.
      const remove =
        plugin.embedder || plugin.transcriber || plugin.speaker
          ? engine().registry.addProvider({
              ...endpointOf(config, credentials.apiKey),
              name: config.name || config.provider,
              asks: (envPrefix) => chosenEndpoint(config, credentials.apiKey, process.env, envPrefix),
            })
          : undefined;
      return { close: () => remove?.() };
    },
  });
}
