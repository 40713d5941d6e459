import type { Message } from '../core/model.ts';
import type { Command } from './command.ts';
import { ofMessage } from './outcome.ts';
import { server } from './server.ts';

export const discard: Command = {
  usage: '<message>',
  summary: 'Keeps a draft from ever being sent',
  takes: ['message'],
  options: {},
  async run({ words }) {
    const discarded = await (await server()).post<Message>(`/drafts/${encodeURIComponent(words[0]!)}/discard`);
    return { ...ofMessage(discarded), failed: false };
  },
};
