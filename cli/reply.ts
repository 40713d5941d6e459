import type { Message } from '../core/model.ts';
import type { Command } from './command.ts';
import { ofMessage } from './outcome.ts';
import { server } from './server.ts';

export const reply: Command = {
  usage: '<conversation> "<text>"',
  summary: "Sends a person's words to the customer; the bot is silent from then on, as after a message from the phone",
  takes: ['conversation', 'text'],
  options: {},
  async run({ words: [id, text] }) {
    return ofMessage(await (await server()).post<Message>(`/conversations/${encodeURIComponent(id!)}/reply`, { text }));
  },
};
