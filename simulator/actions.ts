/** What may happen on each platform. */
import type { InstagramAction } from './platforms/instagram-webhooks.ts';
import type { TelegramAction } from './platforms/telegram-webhooks.ts';
import type { WahaAction } from './platforms/waha-webhooks.ts';
import type { WhatsappAction } from './platforms/whatsapp-webhooks.ts';

export interface Actions {
  telegram: TelegramAction;
  whatsapp: WhatsappAction;
  instagram: InstagramAction;
  waha: WahaAction;
}
