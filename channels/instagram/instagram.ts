/** Instagram messaging (the API with Instagram Login) as a channel. */
import type { Channel } from '../../core/ports.ts';
import { MB } from '../shared/form.ts';
import { metaHandshake, metaProof, verifyMeta } from '../shared/verify.ts';
import { download } from './download.ts';
import { fields } from './fields.ts';
import { parse } from './parse.ts';
import { render, TEXT_BYTES } from './render.ts';
import { identify, send, typing } from './send.ts';

export const instagram: Channel = {
  id: 'instagram',
  fields,
  realWhen: ['accessToken'],
  capabilities: {
    textLimit: TEXT_BYTES,
    unit: 'bytes',
    media: ['image', 'audio', 'video', 'document'],
    files: {
      image: { most: 8 * MB, types: ['image/jpeg', 'image/png'] },
      video: { most: 25 * MB, types: ['video/mp4', 'video/quicktime', 'video/webm'] },
      audio: { most: 25 * MB, types: ['audio/mp4', 'audio/wav'] },
      document: { most: 25 * MB, types: ['application/pdf'] },
    },
    windowHours: 24,
  },
  identity: (settings) => settings.accountId ?? '',
  handshake: (request, settings) => metaHandshake(request.query, settings.verifyToken ?? ''),
  proof: (settings) => metaProof(settings.verifyToken ?? ''),
  verify: (request, settings) =>
    verifyMeta(request.body, request.headers['x-hub-signature-256'], settings.appSecret ?? ''),
  parse,
  render,
  send,
  typing,
  download,
  identify,
};
