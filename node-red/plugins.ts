/** What plugins offer, as Node-RED lists it by type. */
import { DragomanError } from '../core/errors.ts';
import type { AnsweringPlugin, Channel, OrderSource, ProviderPlugin, ToolPlugin } from '../core/ports.ts';

interface PluginList {
  plugins: { getByType(type: string): unknown[] };
}

/** The channels that plugins registered, by id. */
export function channelOf(RED: PluginList, id: string): Channel | undefined {
  return (RED.plugins.getByType('dragoman-channel') as { channel: Channel }[]).find(
    (plugin) => plugin.channel.id === id,
  )?.channel;
}

/** @throws DragomanError CHANNEL_MISSING */
export function installedChannel(RED: PluginList, id: string): Channel {
  const channel = channelOf(RED, id);
  if (channel) return channel;
  throw new DragomanError(
    'CHANNEL_MISSING',
    `The channel "${id}" is not installed.`,
    'Install its package from the palette, or choose another channel.',
  );
}

export function channels(RED: PluginList): Channel[] {
  return (RED.plugins.getByType('dragoman-channel') as { channel: Channel }[]).map((plugin) => plugin.channel);
}

export function providerOf(RED: PluginList, id: string): ProviderPlugin | undefined {
  return (RED.plugins.getByType('dragoman-provider') as { provider: ProviderPlugin }[]).find(
    (plugin) => plugin.provider.id === id,
  )?.provider;
}

/** One that writes answers; others make vectors, hear or speak. */
export function answeringProviderOf(RED: PluginList, id: string): AnsweringPlugin | undefined {
  const plugin = providerOf(RED, id);
  return plugin?.create ? (plugin as AnsweringPlugin) : undefined;
}

/** The sources of orders that plugins registered. */
export function orderSources(RED: PluginList): OrderSource[] {
  return (RED.plugins.getByType('dragoman-orders') as { source: OrderSource }[]).map((plugin) => plugin.source);
}

/** @throws DragomanError ORDER_SOURCE_MISSING */
export function installedOrderSource(RED: PluginList, id: string): OrderSource {
  const source = orderSources(RED).find((each) => each.id === id);
  if (source) return source;
  throw new DragomanError(
    'ORDER_SOURCE_MISSING',
    `The source of orders "${id}" is not installed.`,
    'Install its package from the palette, or choose another source.',
  );
}

/** What tool plugins offer; none in a host without plugins. */
export function toolPlugins(RED: Partial<PluginList>): ToolPlugin[] {
  const plugins = (RED.plugins?.getByType('dragoman-tool') ?? []) as { tools: ToolPlugin }[];
  return plugins.map(({ tools }) => tools);
}
