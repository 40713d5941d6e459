import type { Message } from '../core/model.ts';
import type { Command } from './command.ts';
import { ofMessage } from './outcome.ts';
import { server } from './server.ts';

export const resend: Command = {
  usage: '<message>',
  summary: 'Sends a message that failed, or whose fate is unknown, once more',
  takes: ['message'],
  options: {},
  async run({ words }) {
    return ofMessage(await (await server()).post<Message>(`/messages/${encodeURIComponent(words[0]!)}/resend`));
  },
};
