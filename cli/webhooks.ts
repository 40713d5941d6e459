import { type Command, LIMIT, limitOf } from './command.ts';
import { withStore } from './store.ts';
import { table, time } from './text.ts';

export const webhooks: Command = {
  usage: '[--limit 20]',
  summary: 'The last webhook calls and what they were answered, the newest first; --json has their payloads',
  takes: [],
  options: LIMIT,
  async run(given) {
    const limit = limitOf(given, 20);
    const data = await withStore((store) => store.webhooks({ limit }));
    const rows = data.map(({ at, status, channel, accountId, eventType, path, error }) => [
      time(at),
      String(status),
      channel,
      accountId ?? '-',
      eventType,
      path,
      error ?? '',
    ]);
    const heads = ['TIME', 'STATUS', 'CHANNEL', 'ACCOUNT', 'EVENTS', 'PATH', 'ERROR'];
    return { data, lines: table(heads, rows, 'No webhook was called yet.') };
  },
};
