/** Calls made by hand, with a field that is no text where one must be: told as what they are, whatever the field holds. */
import { expect, it } from 'vitest';
import type { Json } from '../core/model.ts';
import { instagram } from './instagram/instagram.ts';
import { telegram } from './telegram/telegram.ts';
import { waha } from './waha/waha.ts';
import { whatsapp } from './whatsapp/whatsapp.ts';

const ODD: Json[] = [{ toString: 1 }, { valueOf: null }, {}, [], ['Hola'], true, false, [[{}]], { length: 3 }];

const CALLS = {
  telegram: [telegram, (text: Json) => ({ message: { chat: { id: 7 }, text } })],
  'a caption on Telegram': [telegram, (caption: Json) => ({ message: { chat: { id: 7 }, caption } })],
  'a chat on Telegram': [telegram, (id: Json) => ({ message: { chat: { id }, text: 'Hola' } })],
  whatsapp: [whatsapp, (body: Json) => ofWhatsapp({ from: '346', text: { body } })],
  'a text without a body on WhatsApp': [whatsapp, (text: Json) => ofWhatsapp({ from: '346', text })],
  'a sender on WhatsApp': [whatsapp, (from: Json) => ofWhatsapp({ from, text: { body: 'Hola' } })],
  instagram: [instagram, (text: Json) => ({ entry: [{ messaging: [{ sender: { id: '7' }, message: { text } }] }] })],
  waha: [waha, (body: Json) => ofWaha({ from: '346@c.us', body })],
  'a sender on WAHA': [waha, (from: Json) => ofWaha({ from, body: 'Hola' })],
} as const;

const ofWaha = (payload: Json): Json => ({ event: 'message.any', payload });

const ofWhatsapp = (message: Json): Json => ({ entry: [{ changes: [{ value: { messages: [message] } }] }] });

it.each(Object.entries(CALLS))('%s', (_, [channel, make]) => {
  for (const odd of ODD)
    expect(channel.parse(make(odd)), JSON.stringify(odd)).toEqual([
      expect.objectContaining({ kind: 'other', wrong: expect.stringMatching(/^The field ".+" must be a text\.$/) }),
    ]);
});
