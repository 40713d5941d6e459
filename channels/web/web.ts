/** A chat on the business's own site: what a customer writes comes by a line that he holds to this process, and the store is his mailbox. */
import { isObject } from '../../core/model/json.ts';
import type { Json } from '../../core/model.ts';
import type { Channel, ChatDesk, SendResult } from '../../core/ports.ts';
import { MB } from '../shared/form.ts';
import { fields } from './fields.ts';
import { read, write } from './frames.ts';
import { parse } from './parse.ts';
import { partOf, render, TEXT_LIMIT } from './render.ts';

/** No request of HTTP has this method, so nobody else's words come in by it. */
const METHOD = 'LINE';

/** Before the flows run nobody keeps the mailboxes. */
const CLOSED: SendResult = {
  ok: false,
  failure: 'retry',
  error: { code: 'mailbox-closed', message: 'Nobody takes messages for web chats yet.', action: 'Deploy the flows.' },
};

/** One for a process: it knows who keeps its lines. */
export function createWebChannel(): Channel {
  let desk: ChatDesk | undefined;
  return {
    id: 'web',
    fields,
    realWhen: [],
    capabilities: {
      textLimit: TEXT_LIMIT,
      unit: 'utf16',
      media: ['image', 'document'],
      files: {
        image: { most: 10 * MB, types: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] },
        document: { most: 100 * MB, types: ['*'] },
      },
    },
    handshake: () => null,
    verify: ({ method }) =>
      method === METHOD
        ? { ok: true, signed: true }
        : { ok: false, status: 403, reason: 'Web chats come by their line: begin one at /dragoman/api/chats.' },
    parse,
    render,
    send: async (_part, address) => (await desk?.post(chatOf(address))) ?? CLOSED,
    async typing(address) {
      desk?.typing(chatOf(address));
    },
    draft: async (part, _number, address) => desk?.draft(chatOf(address), partOf(part).text) ?? false,
    chat: {
      protocol: 'dragoman-chat',
      method: METHOD,
      read,
      write,
      buttons: (part) => partOf(part).buttons ?? [],
      serve(next) {
        desk = next;
        return () => {
          if (desk === next) desk = undefined;
        };
      },
    },
  };
}

const chatOf = (address: Json) => (isObject(address) && typeof address.chat === 'string' ? address.chat : '');
