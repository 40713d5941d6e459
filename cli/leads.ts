import { leadsCsv } from '../core/people/leads.ts';
import { type Command, LIMIT, limitOf, UsageError } from './command.ts';
import { withStore } from './store.ts';
import { cut, table, time } from './text.ts';

const NOTES_LENGTH = 60;

/** People of the business call them back: with names and numbers. */
export const leads: Command = {
  usage: '[--csv [--bom]] [--since 2026-11-01] [--limit 100]',
  summary:
    'People who want to become customers, the newest first, with what they told; --csv for a spreadsheet (--bom: for Excel)',
  takes: [],
  options: { ...LIMIT, csv: { type: 'boolean' }, bom: { type: 'boolean' }, since: { type: 'string' } },
  async run(given) {
    const limit = limitOf(given, 100);
    const since = sinceOf(given.options.since);
    const data = await withStore((store) => store.leads({ limit, since }));
    if (given.options.csv) return { data, lines: [leadsCsv(data, given.options.bom === true).replace(/\r\n$/, '\r')] };
    const rows = data.map(({ at, firstName, lastName, phone, email, organization, notes }) => [
      time(at),
      [firstName, lastName].filter(Boolean).join(' '),
      phone ?? '',
      email ?? '',
      organization ?? '',
      cut(notes ?? '', NOTES_LENGTH),
    ]);
    return {
      data,
      lines: table(['TIME', 'NAME', 'PHONE', 'E-MAIL', 'ORGANIZATION', 'NOTES'], rows, 'There are no leads.'),
    };
  },
};

/** A day, or a time with its zone. @throws UsageError */
function sinceOf(given: string | boolean | undefined): number | undefined {
  if (given === undefined) return undefined;
  const since = Date.parse(String(given));
  if (Number.isNaN(since)) throw new UsageError('--since takes a date, such as 2026-11-01 or 2026-11-01T09:00:00Z.');
  return since;
}
