import { soughtIn } from '../core/text/search.ts';
import { type Command, LIMIT, limitOf, UsageError } from './command.ts';
import { withStore } from './store.ts';
import { cut, plain, table, time } from './text.ts';

const NAME_LENGTH = 30;

/** No identities, as in the list of conversations. */
export const search: Command = {
  usage: '"<words>" [--account <id>] [--limit 20] [--before <next>]',
  summary:
    'Conversations in which somebody said these words, or whose person is called so, the newest message first; a word is found by its beginning',
  takes: ['words'],
  options: { ...LIMIT, account: { type: 'string' }, before: { type: 'string' } },
  async run(given) {
    const text = given.words[0]!;
    if (soughtIn(text).length === 0) throw new UsageError('The words have neither a letter nor a digit.');
    const accountId = given.options.account as string | undefined;
    const before = beforeOf(given.options.before);
    const limit = limitOf(given, 20);
    const { found, next, unread } = await withStore((store) => store.search({ text, accountId, limit, before }));
    const data = found.map(({ conversation, message }) => {
      const { id, contactId, channel, accountId, kind, status, name } = conversation;
      return { conversation: { id, contactId, channel, accountId, kind, status, name }, message };
    });
    const rows = data.map(({ conversation: { id, channel, name, kind }, message }) => [
      id,
      channel,
      cut(name ?? (kind === 'group' ? '(group)' : ''), NAME_LENGTH),
      time(message.at),
      `${message.direction === 'in' ? '→' : '←'} ${plain(message.excerpt)}`,
    ]);
    const lines = table(['CONVERSATION', 'CHANNEL', 'NAME', 'SAID', 'WORDS'], rows, 'Nothing is found by these words.');
    if (unread > 0)
      lines.push(
        '',
        `${unread} older messages and names are not looked through yet; the server reads them beside its work.`,
      );
    if (next !== null) lines.push('', `There may be more: --before ${next}`);
    return { data: { found: data, next, unread }, lines };
  },
};

/** @throws UsageError */
function beforeOf(given: string | boolean | undefined): number | undefined {
  if (given === undefined) return undefined;
  const before = Number(given);
  if (!Number.isInteger(before) || before < 1)
    throw new UsageError('--before takes the number that the page before ended with.');
  return before;
}
