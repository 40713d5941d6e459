import type { Conversation } from '../core/model.ts';
import { type Command, UsageError } from './command.ts';
import { ofConversation } from './outcome.ts';
import { server } from './server.ts';

export const takeover: Command = {
  usage: '<conversation> [--seconds 300]',
  summary: 'Silences the bot in a conversation, for so long or for the cool-down of its account',
  takes: ['conversation'],
  options: { seconds: { type: 'string' } },
  async run({ words, options }) {
    const seconds = options.seconds === undefined ? undefined : Number(options.seconds);
    if (seconds !== undefined && !(Number.isInteger(seconds) && seconds > 0))
      throw new UsageError('--seconds takes a whole number from 1.');
    const route = `/conversations/${encodeURIComponent(words[0]!)}/takeover`;
    return ofConversation(await (await server()).post<Conversation>(route, { seconds }));
  },
};
