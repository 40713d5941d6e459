import type { Node, NodeAPI } from 'node-red';
import type { Account } from '../../core/accounts.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import { hourOf } from '../../core/notices/notices.ts';
import type { Channel, ChannelSettings } from '../../core/ports.ts';
import { isYes, resolve, resolveFor, SETTINGS, type SettingSpec } from '../../core/settings.ts';
import { engine } from '../../node-red/current.ts';
import { defineNode, type NodeContext, type NodeParts } from '../../node-red/kit/define-node.ts';
import { channelOf, channels } from '../../node-red/plugins.ts';
import { type AccountConfig, credentialKey } from './config.ts';
import { migrations } from './migrations.ts';

/** What other nodes find on an account node. */
export type AccountNode = Node & { account?: Account };

export default function register(RED: NodeAPI): void {
  const secrets = channels(RED as never).flatMap((channel) =>
    Object.entries(channel.fields)
      .filter(([, field]) => field.secret)
      .map(([name]) => [credentialKey(channel.id, name), { type: 'password' as const }]),
  );
  defineNode<AccountConfig, Record<string, string>>(RED, {
    name: 'account',
    migrations,
    credentials: Object.fromEntries(secrets),
    create(context) {
      try {
        return start(RED, context);
      } catch (error) {
        troubled(context.node, error);
        throw error;
      }
    },
  });
}

type Context = NodeContext<AccountConfig, Record<string, string>>;

function start(RED: NodeAPI, { node, config, credentials }: Context): NodeParts {
  const channel = channelOf(RED as never, config.channel);
  if (!channel)
    throw new DragomanError(
      'CHANNEL_MISSING',
      `The channel "${config.channel}" is not installed.`,
      'Install its package from the palette, or choose another channel.',
    );
  const { registry, simulator, log } = engine();
  const { real, ...connection } = connect(node.id, channel, config, credentials, simulator);
  const account: Account = {
    id: node.id,
    name: resolveFor(SETTINGS.assistantName, process.env, config.name, config.envPrefix).value || channel.id,
    channel,
    enabled: config.enabled,
    ...connection,
    language: config.language || 'en',
    timezone: config.timezone || 'UTC',
    prompt: {
      manual: resolveFor(SETTINGS.instructions, process.env, config.manualPrompt, config.envPrefix).value,
      facts: { business: config.business, hours: config.hours, tone: config.tone, links: config.links },
    },
    staticTexts: config.staticTexts,
    suggestions: config.suggestions,
    envPrefix: config.envPrefix,
    ...behaviourOf(config, real),
    reopens: config.reopens,
    burst: config.burst,
    dailyLimit: config.dailyLimit,
  };
  (node as unknown as AccountNode).account = account;
  registry.addAccount(account);
  registry.setTrouble(account.id, null);
  if (real && account.enabled && !account.autoReply)
    log.info(
      `Account "${account.name}" keeps its answers as drafts. Set ${config.envPrefix}${SETTINGS.autoReply.env}=true to send them.`,
    );
  return { close: () => registry.removeAccount(account) };
}

/** Who looks at its channel-in or at the health page sees it, and people are told. */
function troubled(node: Context['node'], error: unknown): void {
  const { registry, notices, clock, log } = engine();
  const reason = describe(error);
  registry.setTrouble(node.id, reason);
  node.on('close', () => registry.setTrouble(node.id, null));
  notices
    .tell({
      kind: 'account-error',
      of: hourOf(node.id, clock.now()),
      accountId: node.id,
      reason,
      about: { name: node.name ?? node.id },
    })
    .catch((failure) => log.warn(`Nobody is told of the error of an account: ${describe(failure)}`));
}

/** How the account behaves, each value node → environment → default. */
function behaviourOf(config: AccountConfig, real: boolean) {
  const value = (spec: SettingSpec, own: string | number) =>
    resolveFor(spec, process.env, String(own), config.envPrefix).value;
  const yes = (spec: SettingSpec, own: string, on: string) => (own ? own === on : isYes(value(spec, '')));
  const sends = resolveFor(SETTINGS.autoReply, process.env, config.autoReply, config.envPrefix);
  const timeout = resolveFor(SETTINGS.timeout, process.env, String(config.timeoutSeconds), config.envPrefix);
  return {
    takeover: {
      cooldownMs: seconds(value(SETTINGS.cooldown, config.takeoverSeconds), SETTINGS.cooldown.env),
      ceilingMs: config.takeoverCeilingSeconds * 1_000,
    },
    handBackText: config.handBackText,
    // Nothing of an account without credentials can reach a customer.
    autoReply: sends.from === 'unset' ? !real : isYes(sends.value),
    inline: yes(SETTINGS.inline, config.processing, 'inline'),
    queue: value(SETTINGS.queue, config.queue),
    timeoutMs: seconds(timeout.value, SETTINGS.timeout.env, 1),
    timeoutChosen: timeout.from !== 'default',
  };
}

/** @returns milliseconds. @param least in seconds. @throws DragomanError SETTING_INVALID */
function seconds(value: string, env: string, least = 0): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isFinite(number) && number >= least) return number * 1_000;
  throw new DragomanError(
    'SETTING_INVALID',
    Number.isFinite(number) && number >= 0
      ? `"${value}" seconds are too short: it is ${least} at least.`
      : `"${value}" is no number of seconds.`,
    `Correct it in the account or in ${env}.`,
  );
}

/** The channel's settings: node → environment → default; an API's address is our stand-in's while there are no real credentials. */
function connect(
  id: string,
  channel: Channel,
  config: AccountConfig,
  credentials: Record<string, string | undefined>,
  simulator: { base(): string } | undefined,
): { settings: ChannelSettings; simulated: boolean; real: boolean } {
  // Where the platform has given no name yet, the node's id tells accounts apart on the stand-in.
  const settings: ChannelSettings = { account: id };
  for (const [name, field] of Object.entries(channel.fields)) {
    const own = field.secret ? credentials[credentialKey(channel.id, name)] : config.settings[name];
    settings[name] = resolve(field, process.env, own, config.envPrefix).value;
  }
  const real = channel.realWhen.some((name) => settings[name]);
  let simulated = false;
  for (const [name, { base }] of Object.entries(channel.fields)) {
    if (!base || settings[name]) continue;
    if (real) settings[name] = base.real;
    else if (simulator) {
      simulated = true;
      // The stand-in's port is known once it listens, which may be after this.
      Object.defineProperty(settings, name, { enumerable: true, get: () => simulator.base() + base.simulator });
    }
  }
  return { settings, simulated, real };
}
