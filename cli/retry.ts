import type { Retried } from '../core/api.ts';
import type { Command } from './command.ts';
import { server } from './server.ts';

export const retry: Command = {
  usage: '<turn>',
  summary: 'Tries a turn that was given up once more',
  takes: ['turn'],
  options: {},
  async run({ words }) {
    const data = await (await server()).post<Retried>(`/turns/${encodeURIComponent(words[0]!)}/retry`);
    const look = `See "dragoman messages ${data.conversationId}".`;
    return { data, lines: [`Its messages are being answered in a new turn. ${look}`] };
  },
};
