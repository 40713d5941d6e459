/** What an account on Telegram is configured with. Pure data: the channel and the editor's form read it. */
import type { ChannelField } from '../../core/ports.ts';

export const fields = {
  botToken: { env: 'TELEGRAM_BOT_TOKEN', secret: true },
  receive: { env: 'TELEGRAM_RECEIVE', default: 'webhook', options: ['webhook', 'polling'] },
  secretToken: { env: 'TELEGRAM_SECRET_TOKEN', secret: true, made: true },
  apiBase: { env: 'TELEGRAM_API_BASE', base: { real: 'https://api.telegram.org', simulator: '/telegram' } },
} satisfies Record<string, ChannelField>;
