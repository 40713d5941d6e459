import type { NodeAPI } from 'node-red';
import type { AnswerOptions } from '../app/answer-turn.ts';
import { UNSET } from '../app/provider/config.ts';
import { type ProviderParts, partsOf } from '../app/provider/endpoints.ts';
import { engine } from '../node-red/current.ts';
import { answeringProviderOf } from '../node-red/plugins.ts';
import type { ProviderNode } from './provider/provider.ts';

/** What a node asks that chose this provider node, by the account's prefix; without one, whatever the environment says. */
export function chosenProvider(RED: NodeAPI, id: string): (envPrefix: string) => AnswerOptions['provider'] {
  const plugin = answeringProviderOf(RED as never, UNSET.provider);
  const environment = plugin && partsOf(plugin, UNSET, undefined, engine);
  return (envPrefix) => {
    // Looked up each time: a provider node is made anew when its own settings change.
    const chosen = RED.nodes.getNode(id) as unknown as ProviderNode | null;
    const provider: Partial<ProviderParts> | undefined = chosen ?? environment;
    return {
      id: chosen ? id : 'environment',
      endpoints: provider?.endpoints?.(envPrefix) ?? [],
      budgets: provider?.budgets ?? { daily: 0, contact: 0 },
      priced: provider?.priced ?? false,
      timeoutMs: provider?.timeoutMs?.(envPrefix),
    };
  };
}
