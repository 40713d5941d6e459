/** A person's data: all of it given, or all of it erased. By the running server, which has him in memory too. */
import { type Command, type Given, UsageError } from './command.ts';
import { server } from './server.ts';
import { plain } from './text.ts';

/** As the server tells it; see `app/people/people.ts`. */
interface Receipt {
  contacts: string[];
  erased: Record<string, number>;
  recordings: number;
  responses: { deleted: number; gone: number; waiting: number };
  optOutKept: boolean;
  file: 'now' | 'next start' | 'in time';
  copies: string[];
}

const OPTIONS = { account: { type: 'string' } } as const;
const USAGE = '<contact or conversation> | --account <id> <phone or username>';

const named = ({ words, options }: Given) => {
  if (options.account === undefined) return { contact: words[0] };
  if (!String(options.account).trim()) throw new UsageError('--account takes the id of an account.');
  return { account: options.account, address: words[0] };
};

export const forget: Command = {
  usage: USAGE,
  summary:
    'Erases a person everywhere, on all accounts, for ever, and tells what was erased; who had said STOP stays opted out',
  takes: ['contact'],
  options: OPTIONS,
  async run(given) {
    const data = await (await server()).post<Receipt>('/people/forget', named(given));
    return { data, lines: toLines(data), failed: data.responses.waiting > 0 };
  },
};

export const exported: Command = {
  usage: USAGE,
  summary: 'Prints all that is stored of a person, as JSON',
  takes: ['contact'],
  options: OPTIONS,
  async run(given) {
    const data = await (await server()).post<object>('/people/export', named(given));
    return { data, lines: [JSON.stringify(data, null, 2)] };
  },
};

/** What the database may still hold of it, though nobody finds it there. */
const LEFT: Record<Receipt['file'], string[]> = {
  now: [],
  'next start': ['The database is large: what SQLite left in free places of its file goes at the next start.'],
  'in time': [
    'MongoDB writes over what it freed in its own time; its oplog and your backups hold it until they are gone.',
  ],
};

function toLines({ contacts, erased, recordings, responses, optOutKept, file, copies }: Receipt): string[] {
  if (contacts.length === 0) return ['There is nothing of this person.'];
  const { deleted, gone, waiting } = responses;
  return [
    `Erased ${contacts.map(plain).join(', ')}:`,
    ...Object.entries(erased).map(([place, count]) => `  ${place}: ${count}`),
    `  recordings of calls: ${recordings}`,
    `  at LLM providers: ${deleted} deleted, ${gone} were gone${waiting ? `, ${waiting} not yet (tried again by itself)` : ''}`,
    ...(optOutKept ? ['The opt-out stays known, by a hash of the address alone.'] : []),
    ...LEFT[file],
    ...(copies.length ? [`Copies that upgrades kept hold what they held; delete them: ${copies.join(', ')}`] : []),
  ];
}
