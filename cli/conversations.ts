import { type Command, LIMIT, limitOf, statusesOf } from './command.ts';
import { withStore } from './store.ts';
import { cut, plain, table, time } from './text.ts';

const NAME_LENGTH = 30;
const REASON_LENGTH = 100;

/** No identities: a list that is pasted somewhere must not hold phone numbers. */
export const conversations: Command = {
  usage: '[--status human] [--limit 20]',
  summary:
    'Conversations with their message counts, the last active first; `--status human`: those that wait for a person, since when and why',
  takes: [],
  options: { ...LIMIT, status: { type: 'string' } },
  async run(given) {
    const { status } = given.options;
    const statuses = status === undefined ? [undefined] : statusesOf(status, '--status');
    const limit = limitOf(given, 20);
    const lists = await withStore((store) =>
      Promise.all(statuses.map((one) => store.conversations({ status: one, limit }))),
    );
    const found = lists
      .flat()
      .sort((one, other) => other.updatedAt - one.updatedAt)
      .slice(0, limit);
    const data = found.map((conversation) => {
      const { id, contactId, channel, accountId, kind, status, statusNote, name, messages, updatedAt, humanUntil } =
        conversation;
      return {
        ...{ id, contactId, channel, accountId, kind, status },
        statusSince: statusNote?.at,
        statusReason: statusNote?.reason,
        ...{ name, messages, lastActivityAt: updatedAt },
        humanUntil: humanUntil > Date.now() ? humanUntil : undefined,
      };
    });
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
    const lines = table(heads, rows, 'There are no such conversations.');
    // Who waits for a person: since when and why, below the table, where words have room.
    const waiting = data.filter(({ status, statusSince }) => status !== 'active' && statusSince !== undefined);
    const why = waiting.map(
      (row) =>
        `${row.id}  ${row.status} since ${time(row.statusSince!)}: ${cut(plain(row.statusReason ?? ''), REASON_LENGTH)}`,
    );
    return { data, lines: why.length > 0 ? [...lines, '', ...why] : lines };
  },
};
