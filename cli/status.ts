import type { Conversation } from '../core/model.ts';
import { type Command, statusOf } from './command.ts';
import { ofConversation } from './outcome.ts';
import { server } from './server.ts';

export const status: Command = {
  usage: '<conversation> <status>',
  summary: 'Sets who answers a conversation: active (the bot), support_active, marketing_active or closed',
  takes: ['conversation', 'status'],
  options: {},
  async run({ words: [id, to] }) {
    const body = { status: statusOf(to, '<status>') };
    return ofConversation(
      await (await server()).post<Conversation>(`/conversations/${encodeURIComponent(id!)}/status`, body),
    );
  },
};
