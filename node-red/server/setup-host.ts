/** What set-up asks of the flows: their accounts, providers and searches, whether they run or not. */
import type { NodeAPI } from 'node-red';
import { UNSET } from '../../app/provider/config.ts';
import { type ProviderParts, partsOf } from '../../app/provider/endpoints.ts';
import type { AccountNode, ProviderNode, SetupHost, ShopNode } from '../../app/setup/parts.ts';
import { SETTINGS } from '../../core/settings.ts';
import { engine } from '../current.ts';
import { answeringProviderOf } from '../plugins.ts';
import { configuredNodes, type NodeConfig, type Red } from '../red.ts';
import { addressOf } from './address.ts';
import { wayTo, webhookOf } from './webhook-of.ts';

/** A node as it is saved, as far as it matters here. */
interface Saved extends NodeConfig {
  z?: string;
  name?: string;
  channel?: string;
  account?: string;
  provider?: string;
  base?: string;
  currency?: string;
  variables?: string;
}

export function setupHost(RED: NodeAPI): SetupHost {
  const nodes = () => configuredNodes(RED as unknown as Red) as Saved[];
  const on = (type: string, all = nodes()) => all.filter((node) => node.type === `dragoman-${type}` && !node.d);
  return {
    accounts: () => accountsIn(RED, nodes()),
    shops: () => on('order-in').map((node) => shopOf(RED, node)),
    providers() {
      const all = nodes();
      const answering = on('llm', all);
      const named = on('provider', all).filter(({ provider }) => provider !== 'extractive');
      const alone = answering.some(({ provider }) => !named.some(({ id }) => id === provider)) || named.length === 0;
      return [...named.map((node) => providerOf(RED, node)), ...(alone ? environmentOf(RED) : [])];
    },
    bases: () => on('rag').flatMap(({ id, base }) => (base ? [{ base, node: id }] : [])),
    hasLogin: () => Boolean((RED.settings as { adminAuth?: unknown }).adminAuth),
    address: () => addressOf(RED),
  };
}

/** As the editor shows their flows, tab by tab; accounts of no tab last. */
function accountsIn(RED: NodeAPI, all: Saved[]): AccountNode[] {
  const tabs = all.filter(({ type }) => type === 'tab').map(({ id }) => id);
  const entries = all.filter(({ type, d }) => type === 'dragoman-channel-in' && !d);
  const placed = all
    .filter(({ type, d }) => type === 'dragoman-account' && !d)
    .map(({ id, name = '', channel = '' }) => {
      const entry = entries.find(({ account }) => account === id);
      const path = webhookOf(RED, id)?.path;
      const place = tabs.indexOf(entry?.z ?? '');
      return {
        place: place < 0 ? tabs.length : place,
        account: { id, name: name || channel, channel, hasEntry: entry !== undefined, ...(path && { path }) },
      };
    });
  return placed.sort((one, other) => one.place - other.place).map(({ account }) => account);
}

function shopOf(RED: NodeAPI, { id, name = '', account = '' }: Saved): ShopNode {
  const path = wayTo(RED, id)?.path;
  return { id, name, account, ...(path && { path }) };
}

function providerOf(RED: NodeAPI, { id, name, provider = '', currency = '', variables }: Saved): ProviderNode {
  // Looked up at each use: it is made anew when its settings change.
  const running = () => RED.nodes.getNode(id) as unknown as Partial<ProviderParts> | null;
  return {
    ...{ id, name: name || provider, currency },
    variable: (variables === 'ollama' ? SETTINGS.ollamaUrl : SETTINGS.openaiKey).env,
    endpoints: (prefix) => running()?.endpoints?.(prefix) ?? [],
  };
}

/** What nodes ask that chose no provider. */
function environmentOf(RED: NodeAPI): ProviderNode[] {
  const plugin = answeringProviderOf(RED as never, UNSET.provider);
  if (!plugin) return [];
  const { endpoints } = partsOf(plugin, UNSET, undefined, engine);
  return [{ id: '', name: '', currency: '', variable: SETTINGS.openaiKey.env, endpoints }];
}
