/** What an account on Instagram is configured with. Pure data: the channel and the editor's form read it. */
import type { ChannelField } from '../../core/ports.ts';

export const fields = {
  accessToken: { env: 'INSTAGRAM_ACCESS_TOKEN', secret: true },
  accountId: { env: 'INSTAGRAM_ACCOUNT_ID' },
  verifyToken: { env: 'INSTAGRAM_VERIFY_TOKEN', secret: true, made: true },
  // Several, separated by commas: Meta does not say which of an app's two secrets signs.
  appSecret: { env: 'INSTAGRAM_APP_SECRET', secret: true },
  apiBase: {
    env: 'INSTAGRAM_API_BASE',
    base: { real: 'https://graph.instagram.com', simulator: '/instagram' },
  },
} satisfies Record<string, ChannelField>;
