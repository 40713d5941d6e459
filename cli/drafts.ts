import { type Command, LIMIT, limitOf } from './command.ts';
import { withStore } from './store.ts';
import { plain, time } from './text.ts';

export const drafts: Command = {
  usage: '[--limit 20]',
  summary: "Answers that wait for a person's approval, the newest at the end",
  takes: [],
  options: LIMIT,
  async run(given) {
    const limit = limitOf(given, 20);
    const found = await withStore((store) => store.sends({ states: ['draft'], limit }));
    const data = found.map(({ id, at, conversationId, accountId, text, source, turnId }) => ({
      id,
      at,
      conversationId,
      accountId,
      text,
      source,
      turnId,
    }));
    const lines = data.flatMap(({ id, at, conversationId, accountId, text }) => [
      `${time(at)}  message ${id}  ${accountId}  conversation ${conversationId}`,
      ...text.split('\n').map((line) => `    ${plain(line)}`.trimEnd()),
    ]);
    const what = 'Send one with "dragoman approve <message>", or not with "dragoman discard <message>".';
    return { data, lines: lines.length ? [...lines, what] : ['No draft waits.'] };
  },
};
