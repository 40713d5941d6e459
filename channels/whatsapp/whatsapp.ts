/** WhatsApp Cloud API as a channel. */
import { OFFICE_TYPES } from '../../core/desk/files.ts';
import type { Channel } from '../../core/ports.ts';
import { MB } from '../shared/form.ts';
import { metaHandshake, metaProof, verifyMeta } from '../shared/verify.ts';
import { download } from './download.ts';
import { fields } from './fields.ts';
import { parse } from './parse.ts';
import { render, renderTemplate, TEXT_LIMIT } from './render.ts';
import { identify, send, sendFile, sendVoice, typing } from './send.ts';

export const whatsapp: Channel = {
  id: 'whatsapp',
  fields,
  realWhen: ['accessToken'],
  capabilities: {
    textLimit: TEXT_LIMIT,
    unit: 'utf16',
    media: ['image', 'audio', 'video', 'document'],
    files: {
      image: { most: 5 * MB, types: ['image/jpeg', 'image/png'] },
      video: { most: 16 * MB, types: ['video/mp4', 'video/3gpp'] },
      audio: { most: 16 * MB, types: ['audio/mpeg', 'audio/mp4', 'audio/ogg'] },
      document: { most: 100 * MB, types: ['application/pdf', 'text/plain', ...OFFICE_TYPES] },
    },
    windowHours: 24,
  },
  identity: (settings) => settings.phoneNumberId ?? '',
  handshake: (request, settings) => metaHandshake(request.query, settings.verifyToken ?? ''),
  proof: (settings) => metaProof(settings.verifyToken ?? ''),
  verify: (request, settings) =>
    verifyMeta(request.body, request.headers['x-hub-signature-256'], settings.appSecret ?? ''),
  parse,
  render,
  renderTemplate,
  send,
  sendVoice,
  sendFile,
  typing,
  download,
  identify,
  // Before he has written, by a template only.
  threadOf: (phone) => ({
    kind: 'private',
    identities: [{ kind: 'phone', value: phone.slice(1) }],
    address: { to: phone },
  }),
};
