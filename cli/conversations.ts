import { type Command, LIMIT, limitOf, statusOf } from './command.ts';
import { withStore } from './store.ts';
import { cut, table, time } from './text.ts';

const NAME_LENGTH = 30;

/** No identities: a list that is pasted somewhere must not hold phone numbers. */
export const conversations: Command = {
  usage: '[--status active] [--limit 20]',
  summary: 'Conversations with their message counts, the last active first',
  takes: [],
  options: { ...LIMIT, status: { type: 'string' } },
  async run(given) {
    const status = given.options.status === undefined ? undefined : statusOf(given.options.status, '--status');
    const limit = limitOf(given, 20);
    const found = await withStore((store) => store.conversations({ status, limit }));
    const data = found.map(
      ({ id, contactId, channel, accountId, kind, status, name, messages, updatedAt, humanUntil }) => ({
        id,
        contactId,
        channel,
        accountId,
        kind,
        status,
        name,
        messages,
        lastActivityAt: updatedAt,
        humanUntil: humanUntil > Date.now() ? humanUntil : undefined,
      }),
    );
    const rows = data.map((row) => [
      row.id,
      row.channel,
      row.accountId,
      row.humanUntil ? `${row.status}, human until ${time(row.humanUntil)}` : row.status,
      cut(row.name ?? (row.kind === 'group' ? '(group)' : ''), NAME_LENGTH),
      String(row.messages),
      time(row.lastActivityAt),
    ]);
    const heads = ['CONVERSATION', 'CHANNEL', 'ACCOUNT', 'STATUS', 'NAME', 'MESSAGES', 'LAST ACTIVITY'];
    return { data, lines: table(heads, rows, 'There are no such conversations.') };
  },
};
