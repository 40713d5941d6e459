import type { ApiAccount } from '../core/api.ts';
import { DragomanError } from '../core/errors.ts';
import type { WebhookInfo } from '../core/ports.ts';
import { type Command, UsageError } from './command.ts';
import { server } from './server.ts';
import { plain, time } from './text.ts';

/** By the running server, which knows the tokens, also those typed into the editor. */
export const telegramWebhook: Command = {
  usage: '--url <https url> | --info [--account <id or name>]',
  summary: 'Sets where Telegram delivers, or shows it',
  takes: [],
  options: { url: { type: 'string' }, info: { type: 'boolean' }, account: { type: 'string' } },
  async run({ options }) {
    const { url, info, account } = options as { url?: string; info?: boolean; account?: string };
    if ((url === undefined) === !info) throw new UsageError('Give either --url <https url> or --info.');
    const { get, post } = await server();
    const all = await get<ApiAccount[]>('/accounts');
    const chosen = choose(
      all.filter(({ channel }) => channel === 'telegram'),
      account,
    );
    const route = `/accounts/${encodeURIComponent(chosen.id)}/webhook`;
    const told = url === undefined ? await get<WebhookInfo>(route) : await post<WebhookInfo>(route, { url });
    const standIn = chosen.simulated ? ', on the stand-in of Telegram, since it has no bot token' : '';
    const name = `Account ${chosen.id} (${chosen.name})${standIn}`;
    return { data: { account: name, ...told }, lines: [name, ...toLines(told)] };
  },
};

/**
 * The one that was asked for; else the only real bot; else, where all are on the stand-in, the one that takes its settings from the plain
 * environment names, or the only one. Of several real bots none is chosen silently.
 */
export function choose(accounts: ApiAccount[], asked: string | undefined): ApiAccount {
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
  const real = accounts.filter(({ simulated }) => !simulated);
  const plain = real.length === 0 ? accounts.find(({ envPrefix }) => envPrefix === '') : undefined;
  const [only, ...others] = real.length === 0 ? accounts : real;
  const found = plain ?? (others.length === 0 ? only : undefined);
  if (found) return found;
  throw new DragomanError(
    'ACCOUNT_MISSING',
    accounts.length ? 'The flows have several Telegram accounts.' : 'The flows have no Telegram account.',
    accounts.length ? `Choose one with --account: ${known}.` : 'Add one in the editor and deploy.',
  );
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
