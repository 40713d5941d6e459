/** What the dialog of an account tries out: whose its credentials are, and where its platform delivers. Nothing of it is kept. */
import { DragomanError, describe } from '../../core/errors.ts';
import type { Channel, ChannelSettings, Http, Identified, WebhookInfo } from '../../core/ports.ts';
import { type AccountSources, connectionOf } from './account.ts';
import type { AccountConfig } from './config.ts';

/** An account as the dialog shows it, saved or not. */
export interface Tried extends AccountSources {
  id: string;
  config: Pick<AccountConfig, 'settings' | 'envPrefix'>;
}

export interface ConnectionTold {
  /** It was the stand-in on this machine that answered. */
  simulated: boolean;
  who?: Identified;
  /** Absent where the platform does not tell. */
  webhook?: WebhookInfo;
}

/** What a dialog is told of a try: that it failed is an answer as well. */
export type ConnectionAnswer = ConnectionTold | { error: { code: string; message: string; action: string } };

/** @throws DragomanError SETTING_INVALID, BAD_REQUEST, ACCOUNT_NOT_CONFIGURED, SEND_FAILED; none of them names a secret */
export async function tryConnection(tried: Tried, http: Http): Promise<ConnectionTold> {
  const { settings, simulated } = connectionOf(tried.id, tried.config, tried);
  return { simulated, ...(await askWho(tried.channel, settings, http)) };
}

/** Tells the platform to deliver to `url`. @throws as `tryConnection` */
export async function registerWebhook(tried: Tried, url: string, http: Http): Promise<ConnectionTold> {
  const { settings, simulated } = connectionOf(tried.id, tried.config, tried);
  return { simulated, webhook: await deliverTo(url, tried.channel, settings, http) };
}

/** The same with settings that are resolved. @throws DragomanError BAD_REQUEST, ACCOUNT_NOT_CONFIGURED, SEND_FAILED; none of them names a secret */
export function askWho(
  channel: Channel,
  settings: ChannelSettings,
  http: Http,
): Promise<Omit<ConnectionTold, 'simulated'>> {
  return withoutSecrets(channel, settings, async () => {
    if (!channel.identify)
      throw new DragomanError(
        'BAD_REQUEST',
        `Accounts on ${channel.id} cannot be tried out from here.`,
        'Deploy, and write to it.',
      );
    const who = await channel.identify(settings, http);
    return { who, webhook: await channel.webhook?.info(settings, http) };
  });
}

/** @throws as `askWho` */
export function deliverTo(url: string, channel: Channel, settings: ChannelSettings, http: Http): Promise<WebhookInfo> {
  return withoutSecrets(channel, settings, async () => {
    if (!channel.webhook)
      throw new DragomanError(
        'BAD_REQUEST',
        `Webhooks of ${channel.id} cannot be set from here.`,
        "Set them on the platform's own pages.",
      );
    refuseWherePolled(channel, settings);
    await channel.webhook.set(url, settings, http);
    return channel.webhook.info(settings, http);
  });
}

/** With a webhook, what the account asks for would be refused. @throws DragomanError BAD_REQUEST */
export function refuseWherePolled(channel: Channel, settings: ChannelSettings): void {
  if (channel.polling?.on(settings))
    throw new DragomanError(
      'BAD_REQUEST',
      'This account asks its platform for what came, so it needs no webhook.',
      'Choose "webhook" under "Receive by" first.',
    );
}

/** Channels hide their secrets in what they throw; this holds for channels that forgot to. */
async function withoutSecrets<T>(channel: Channel, settings: ChannelSettings, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const secrets = Object.entries(channel.fields).flatMap(([name, { secret }]) => (secret && settings[name]) || []);
    const hide = (words: string) => secrets.reduce((left, value) => left.replaceAll(value, '…'), words);
    if (!DragomanError.is(error)) throw new Error(hide(describe(error)));
    throw new DragomanError(error.code, hide(error.message), hide(error.action), { retryable: error.retryable });
  }
}
