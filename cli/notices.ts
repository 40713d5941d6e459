import { type Command, LIMIT, limitOf } from './command.ts';
import { withStore } from './store.ts';
import { cut, table, time } from './text.ts';

const ERROR_LENGTH = 90;

export const notices: Command = {
  usage: '[--limit 50]',
  summary: 'What people or the CRM are still to be told, and what was given up, the oldest first, with the last error',
  takes: [],
  options: LIMIT,
  async run(given) {
    const limit = limitOf(given, 50);
    const data = await withStore((store) => store.notices({ untold: true, limit }));
    const rows = data.map(({ at, id, kind, tries, tellAt, error }) => [
      time(at),
      id,
      kind,
      String(tries),
      tellAt === null ? 'given up' : time(tellAt),
      cut(error ?? '', ERROR_LENGTH),
    ]);
    const heads = ['TIME', 'NOTICE', 'KIND', 'TRIES', 'NEXT', 'ERROR'];
    return { data, lines: table(heads, rows, 'Everything was told.') };
  },
};
