import { telegram } from '../channels/telegram/telegram.ts';
import type { ApiAccount } from '../core/api.ts';
import { DragomanError } from '../core/errors.ts';
import type { ChannelSettings, WebhookInfo } from '../core/ports.ts';
import { resolve } from '../core/settings.ts';
import { type Command, UsageError } from './command.ts';
import { http } from './http.ts';
import { findServer, notRunning, type Server } from './server.ts';
import { plain, time } from './text.ts';

const setup = telegram.webhook!;

/** By the running server, which knows the tokens typed into the editor; without one, with TELEGRAM_BOT_TOKEN from the environment. */
export const telegramWebhook: Command = {
  usage: '--url <https url> | --info [--account <id or name>]',
  summary: 'Sets where Telegram delivers, or shows it',
  takes: [],
  options: { url: { type: 'string' }, info: { type: 'boolean' }, account: { type: 'string' } },
  async run({ options }) {
    const { url, info, account } = options as { url?: string; info?: boolean; account?: string };
    if ((url === undefined) === !info) throw new UsageError('Give either --url <https url> or --info.');
    const server = await findServer();
    const { name, told } = server ? await byServer(server, url, account) : await directly(url, account);
    return { data: { account: name, ...told }, lines: [name, ...toLines(told)] };
  },
};

interface Told {
  /** The account, for people. */
  name: string;
  told: WebhookInfo;
}

async function byServer(server: Server, url: string | undefined, asked: string | undefined): Promise<Told> {
  const all = await server.get<ApiAccount[]>('/accounts');
  const account = choose(
    all.filter(({ channel }) => channel === telegram.id),
    asked,
  );
  const route = `/accounts/${encodeURIComponent(account.id)}/webhook`;
  const told =
    url === undefined ? await server.get<WebhookInfo>(route) : await server.post<WebhookInfo>(route, { url });
  const standIn = account.simulated ? ', on the stand-in of Telegram, since it has no bot token' : '';
  return { name: `Account ${account.id} (${account.name})${standIn}`, told };
}

/** The one that was asked for; else the first that takes its settings from the plain environment names; else the only one. */
function choose(accounts: ApiAccount[], asked: string | undefined): ApiAccount {
  const known = accounts.map(({ id }) => id).join(', ') || 'none';
  if (asked !== undefined) {
    const named = accounts.filter(({ id, name }) => id === asked || name === asked);
    if (named.length === 1) return named[0]!;
    throw new DragomanError(
      'NOT_FOUND',
      named.length
        ? `Several Telegram accounts are called "${asked}".`
        : `The flows have no Telegram account "${asked}".`,
      `Give one of these ids: ${known}.`,
    );
  }
  const found = accounts.find(({ envPrefix }) => envPrefix === '') ?? (accounts.length === 1 ? accounts[0] : undefined);
  if (found) return found;
  throw new DragomanError(
    'ACCOUNT_MISSING',
    accounts.length ? 'The flows have several Telegram accounts.' : 'The flows have no Telegram account.',
    accounts.length ? `Choose one with --account: ${known}.` : 'Add one in the editor and deploy.',
  );
}

async function directly(url: string | undefined, asked: string | undefined): Promise<Told> {
  const settings: ChannelSettings = { account: telegram.id };
  for (const [name, field] of Object.entries(telegram.fields))
    settings[name] = resolve(field, process.env).value || (field.base?.real ?? '');
  if (!settings.botToken || asked !== undefined)
    throw notRunning('or set TELEGRAM_BOT_TOKEN to do it without a server');
  if (url !== undefined) await setup.set(url, settings, http);
  return { name: 'The bot of TELEGRAM_BOT_TOKEN', told: await setup.info(settings, http) };
}

/** With the names that Telegram's own documentation has for them. */
function toLines({ url, pending, lastError, lastErrorAt, updates }: WebhookInfo): string[] {
  const when = lastErrorAt === undefined ? '' : ` (${time(lastErrorAt)})`;
  return [
    `  url: ${url || 'none is set, so Telegram delivers nothing'}`,
    `  pending_update_count: ${pending}`,
    `  last_error_message: ${lastError === undefined ? 'none' : plain(lastError) + when}`,
    ...(updates ? [`  allowed_updates: ${updates.join(', ')}`] : []),
  ];
}
