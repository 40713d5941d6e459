import type { Message } from '../core/model.ts';
import type { Command } from './command.ts';
import { ofMessage } from './outcome.ts';
import { server } from './server.ts';

export const approve: Command = {
  usage: '<message>',
  summary: 'Sends a draft',
  takes: ['message'],
  options: {},
  async run({ words }) {
    return ofMessage(await (await server()).post<Message>(`/drafts/${encodeURIComponent(words[0]!)}/approve`));
  },
};
