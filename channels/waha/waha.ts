/** WhatsApp through WAHA, a gateway to WhatsApp Web that the integrator runs, as a channel. */
import type { Channel } from '../../core/ports.ts';
import { MB } from '../shared/form.ts';
import { verifyHmac } from '../shared/verify.ts';
import { download } from './download.ts';
import { fields } from './fields.ts';
import { parse } from './parse.ts';
import { render, TEXT_LIMIT } from './render.ts';
import { send, sendFile, sendVoice, stopTyping, typing } from './send.ts';
import { identify, webhook } from './session.ts';
import { threadOf } from './thread.ts';

export const waha: Channel = {
  id: 'waha',
  fields,
  // A server of one's own may have no key.
  realWhen: ['apiKey', 'apiBase'],
  capabilities: {
    textLimit: TEXT_LIMIT,
    unit: 'utf16',
    media: ['image', 'audio', 'video', 'document'],
    files: {
      image: { most: 16 * MB, types: ['image/jpeg', 'image/png'] },
      video: { most: 64 * MB, types: ['video/mp4', 'video/quicktime', 'video/webm', 'video/3gpp'] },
      audio: { most: 16 * MB, types: ['audio/ogg', 'application/ogg', 'audio/mpeg', 'audio/mp4', 'audio/wav'] },
      document: { most: 100 * MB, types: ['*'] },
    },
    unofficial: true,
  },
  identity: (settings) => settings.sessionId ?? '',
  handshake: () => null,
  verify: (request, settings) =>
    verifyHmac(request.body, request.headers['x-webhook-hmac'], settings.hmacKey ?? '', 'X-Webhook-Hmac'),
  parse,
  render,
  send,
  sendVoice,
  sendFile,
  typing,
  stopTyping,
  download,
  identify,
  webhook,
  threadOf,
};
