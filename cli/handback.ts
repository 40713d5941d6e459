import type { Conversation } from '../core/model.ts';
import type { Command } from './command.ts';
import { ofConversation } from './outcome.ts';
import { server } from './server.ts';

export const handback: Command = {
  usage: '<conversation>',
  summary: 'Lets the bot answer again at once',
  takes: ['conversation'],
  options: {},
  async run({ words }) {
    const route = `/conversations/${encodeURIComponent(words[0]!)}/handback`;
    return ofConversation(await (await server()).post<Conversation>(route));
  },
};
