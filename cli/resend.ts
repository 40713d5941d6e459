import type { Message } from '../core/model.ts';
import type { Command } from './command.ts';
import { server } from './server.ts';
import { sendState } from './text.ts';

export const resend: Command = {
  usage: '<message>',
  summary: 'Sends a message that failed, or whose fate is unknown, once more',
  takes: ['message'],
  options: {},
  async run({ words }) {
    const message = await (await server()).post<Message>(`/messages/${encodeURIComponent(words[0]!)}/resend`);
    const { id, conversationId, state, error, nextTryAt } = message;
    return {
      data: { id, conversationId, state, error, nextTryAt },
      lines: [`Message ${id}  ${sendState(message)}`],
      failed: state === 'failed' || state === 'unknown' || state === 'discarded',
    };
  },
};
