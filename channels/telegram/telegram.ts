/** Telegram Bot API as a channel. */
import type { Channel } from '../../core/ports.ts';
import { verifyToken } from '../shared/verify.ts';
import { download } from './download.ts';
import { fields } from './fields.ts';
import { parse } from './parse.ts';
import { polling } from './polling.ts';
import { render, TEXT_LIMIT } from './render.ts';
import { draft, send, sendVoice, typing } from './send.ts';
import { identify, SECRET_HEADER, webhook } from './webhook.ts';

export const telegram: Channel = {
  id: 'telegram',
  fields,
  realWhen: ['botToken'],
  capabilities: {
    textLimit: TEXT_LIMIT,
    unit: 'utf16',
    media: ['image', 'audio', 'video', 'document'],
  },
  handshake: () => null,
  verify: (request, settings) => verifyToken(request.headers[SECRET_HEADER], settings.secretToken ?? '', SECRET_HEADER),
  parse,
  render,
  send,
  sendVoice,
  typing,
  download,
  draft,
  identify,
  webhook,
  polling,
};
