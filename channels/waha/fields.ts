/** What an account on WAHA is configured with. Pure data: the channel and the editor's form read it. */
import type { ChannelField } from '../../core/ports.ts';

export const fields = {
  apiKey: { env: 'WAHA_API_KEY', secret: true },
  sessionId: { env: 'WAHA_SESSION_ID', default: 'default' },
  hmacKey: { env: 'WAHA_HMAC_KEY', secret: true, made: true },
  apiBase: { env: 'WAHA_API_ENDPOINT', base: { real: 'http://localhost:3000', simulator: '/waha' } },
} satisfies Record<string, ChannelField>;
