/** Telegram Bot API as a channel. */
import type { Channel } from '../../core/ports.ts';
import { MB } from '../shared/form.ts';
import { verifyToken } from '../shared/verify.ts';
import { download } from './download.ts';
import { fields } from './fields.ts';
import { parse } from './parse.ts';
import { polling } from './polling.ts';
import { render, TEXT_LIMIT } from './render.ts';
import { draft, send, sendFile, sendVoice, typing } from './send.ts';
import { identify, SECRET_HEADER, webhook } from './webhook.ts';

export const telegram: Channel = {
  id: 'telegram',
  fields,
  realWhen: ['botToken'],
  capabilities: {
    textLimit: TEXT_LIMIT,
    unit: 'utf16',
    media: ['image', 'audio', 'video', 'document'],
    files: {
      image: { most: 10 * MB, types: ['image/jpeg', 'image/png', 'image/webp'] },
      video: { most: 50 * MB, types: ['video/mp4'] },
      audio: { most: 50 * MB, types: ['audio/mpeg', 'audio/mp4'] },
      document: { most: 50 * MB, types: ['*'] },
    },
  },
  handshake: () => null,
  verify: (request, settings) => verifyToken(request.headers[SECRET_HEADER], settings.secretToken ?? '', SECRET_HEADER),
  parse,
  render,
  send,
  sendVoice,
  sendFile,
  typing,
  download,
  draft,
  identify,
  webhook,
  polling,
};
