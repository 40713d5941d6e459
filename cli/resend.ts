/** Sends again what failed: one message, or all that failed for one reason. */
import { DragomanError } from '../core/errors.ts';
import type { Message } from '../core/model.ts';
import type { Store } from '../core/ports.ts';
import { type Command, type Result, UsageError } from './command.ts';
import { ofMessage } from './outcome.ts';
import { type Server, server } from './server.ts';
import { withStore } from './store.ts';
import { plain, time } from './text.ts';

const PAGE = 500;
/** So many in a row that fail for the same reason: it is not mended, and the others would fail as well. */
const ENOUGH = 3;

export const resend: Command = {
  usage: '<message> | --all [--error 190] [--yes]',
  summary: 'Sends a message that failed, or whose fate is unknown, once more; with --all every one that failed',
  takes: ['message'],
  insteadOfWords: 'all',
  options: { all: { type: 'boolean' }, error: { type: 'string' }, yes: { type: 'boolean' } },
  async run({ words, options }) {
    const { all, error, yes } = options;
    if (!all && (error !== undefined || yes)) throw new UsageError('--error and --yes go with --all.');
    if (!all) return ofMessage(await sendAgain(await server(), words[0]!));
    const code = error === undefined ? undefined : String(error);
    const found = await withStore((store) => failedFor(store, code));
    return yes ? sendAll(found) : show(found, code);
  },
};

const sendAgain = (to: Server, id: string) => to.post<Message>(`/messages/${encodeURIComponent(id)}/resend`);

/** Oldest first. Those whose fate is unknown are left out: the customer may have them. */
async function failedFor(store: Store, code: string | undefined): Promise<Message[]> {
  const found: Message[] = [];
  for (let before: number | undefined; ; ) {
    const page = await store.sends({ states: ['failed'], limit: PAGE, before });
    found.unshift(...page.filter(({ error }) => code === undefined || isCode(error?.code, code)));
    if (page.length < PAGE) return found;
    before = page[0]!.seq;
  }
}

/** `190` is any channel's, `WHATSAPP_190` one's. */
function isCode(code: string | undefined, wanted: string): boolean {
  const [has, wants] = [code?.toUpperCase() ?? '', wanted.toUpperCase()];
  return has === wants || has.endsWith(`_${wants}`);
}

/** How many there are for each reason, and how to go on; nothing is sent. */
function show(found: Message[], code: string | undefined): Result {
  const kinds = new Map<string, { count: number; first: Message }>();
  for (const message of found) {
    const key = `${message.accountId} ${message.error?.code ?? ''}`;
    const kind = kinds.get(key);
    if (kind) kind.count++;
    else kinds.set(key, { count: 1, first: message });
  }
  const data = [...kinds.values()].map(({ count, first: { accountId, error, at } }) => ({
    accountId,
    error,
    count,
    oldest: at,
  }));
  const lines = data.map(
    ({ accountId, error, count, oldest }) =>
      `${count}  ${accountId}  ${error?.code ?? ''} ${plain(error?.message ?? '')}, the oldest of ${time(oldest)}`,
  );
  if (found.length === 0)
    return { data, lines: [`No message has failed${code === undefined ? '' : ` with ${plain(code)}`}.`] };
  const command = `dragoman resend --all${code === undefined ? '' : ` --error ${plain(code)}`} --yes`;
  return { data, lines: [...lines, `Nothing was sent. Send these ${found.length} with "${command}".`] };
}

/** One after the other, in the order in which they were written. */
async function sendAll(found: Message[]): Promise<Result> {
  const to = await server();
  const results: { id: string; state?: string | undefined; error?: string }[] = [];
  let before: string | undefined;
  let same = 0;
  for (const { id } of found) {
    const { state, error } = await outcomeOf(to, id);
    results.push({ id, state, ...(error && { error }) });
    same = error && error === before ? same + 1 : 1;
    before = error;
    if (error && same === ENOUGH) break;
  }
  const failed = results.filter(({ error }) => error !== undefined);
  const rest = found.length - results.length;
  const lines = [
    ...failed.map(({ id, error }) => `Message ${id}  ${plain(error!)}`),
    `${results.length - failed.length} of ${found.length} were sent again, ${failed.length} failed.`,
    ...(rest > 0 ? [`Stopped: ${ENOUGH} in a row failed alike. ${rest} were not tried.`] : []),
  ];
  return { data: { messages: results, notTried: rest }, lines, failed: failed.length > 0 };
}

/** A rule that holds one back is an outcome; a server that is gone is none. */
async function outcomeOf(to: Server, id: string): Promise<{ state?: string | undefined; error?: string }> {
  try {
    const message = await sendAgain(to, id);
    const bad = ofMessage(message).failed;
    const { state, error } = message;
    return { state, ...(bad && { error: error ? `${error.code} ${error.message}` : String(state) }) };
  } catch (error) {
    if (!DragomanError.is(error) || error.code === 'STORE_UNAVAILABLE') throw error;
    return { error: `${error.code} ${error.message}` };
  }
}
