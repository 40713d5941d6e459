/** What an account on WhatsApp is configured with. Pure data: the channel and the editor's form read it. */
import type { ChannelField } from '../../core/ports.ts';

export const fields = {
  accessToken: { env: 'WHATSAPP_ACCESS_TOKEN', secret: true },
  phoneNumberId: { env: 'WHATSAPP_PHONE_NUMBER_ID' },
  verifyToken: { env: 'WHATSAPP_VERIFY_TOKEN', secret: true, made: true },
  appSecret: { env: 'WHATSAPP_APP_SECRET', secret: true },
  apiBase: {
    env: 'WHATSAPP_API_BASE',
    base: { real: 'https://graph.facebook.com', simulator: '/whatsapp' },
  },
  apiVersion: { env: 'WHATSAPP_API_VERSION', default: 'v25.0' },
} satisfies Record<string, ChannelField>;
