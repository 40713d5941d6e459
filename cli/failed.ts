import type { ApiTrouble } from '../core/api.ts';
import type { Message, ToolRun } from '../core/model.ts';
import { UNRESOLVED_RUNS } from '../core/people/retention.ts';
import type { Store } from '../core/ports.ts';
import { type Command, LIMIT, limitOf } from './command.ts';
import { findServer } from './server.ts';
import { withStore } from './store.ts';
import { cut, plain, sendState, time } from './text.ts';

const TEXT_LENGTH = 60;
/** A send that waits longer is worth telling. */
const LONG_MS = 60_000;

export const failed: Command = {
  usage: '[--limit 20]',
  summary:
    'Messages that were not sent, perhaps not, or not yet; turns that were given up; tools that nobody knows the end of; accounts that do not work',
  takes: [],
  options: LIMIT,
  async run(given) {
    const limit = limitOf(given, 20);
    const [sends, waiting, turns, tools] = await withStore(async (store) => [
      await store.sends({ states: ['failed', 'unknown'], limit }),
      await longQueued(store, limit),
      await store.turns({ state: 'dead', limit }),
      await openToolRuns(store, limit),
    ]);
    const accounts = await troubles();
    const data = {
      messages: [...sends, ...waiting].map(
        ({ id, at, conversationId, accountId, author, text, state, error, turnId, nextTryAt }) => ({
          id,
          at,
          conversationId,
          accountId,
          author,
          text,
          state,
          error,
          turnId,
          nextTryAt,
        }),
      ),
      turns: turns.map(({ id, startedAt, conversationId, accountId, messageIds, attempts, cuts, error }) => ({
        id,
        startedAt,
        conversationId,
        accountId,
        messageIds,
        attempts,
        cuts,
        error,
      })),
      tools: tools.map(({ id, at, conversationId, accountId, turnId, tool }) => ({
        id,
        at,
        conversationId,
        accountId,
        turnId,
        tool,
      })),
      accounts,
    };
    const lines = [
      ...accounts.map(({ accountId, reason }) => `account ${accountId} does not work: ${plain(reason)}`),
      ...[...sends, ...waiting].flatMap((message) => [
        `${time(message.at)}  message ${message.id}  ${message.accountId}  ${sendState(message)}`,
        `    ${cut(message.text, TEXT_LENGTH)}`,
      ]),
      ...turns.flatMap((turn) => [
        `${time(turn.startedAt)}  turn ${turn.id}  ${turn.accountId}  given up after ${turn.attempts + turn.cuts} attempts`,
        `    ${plain(turn.error ?? '')}`,
      ]),
      ...tools.flatMap(({ at, tool, accountId, conversationId }) => [
        `${time(at)}  tool ${tool}  ${accountId}  conversation ${conversationId}`,
        '    Look in its system whether it did its work; nothing is repeated.',
      ]),
      ...(sends.length
        ? [
            'Send a message once more with "dragoman resend <message>", or all that failed for one reason with "--all --error <code>".',
          ]
        : []),
      ...(turns.length ? ['Try a turn once more with "dragoman retry <turn>".'] : []),
    ];
    return { data, lines: lines.length ? lines : ['Nothing has failed.'] };
  },
};

/** Only the running server knows; one that does not run, or is of an earlier version, has none to tell. */
async function troubles(): Promise<ApiTrouble[]> {
  const running = await findServer();
  return running ? running.get<ApiTrouble[]>('/troubles').catch(() => []) : [];
}

/** What waits to be sent for longer than a retry in passing: a long rate limit, an account that is off. */
async function longQueued(store: Store, limit: number): Promise<Message[]> {
  const queued = await store.sends({ states: ['queued'], limit });
  return queued.filter(({ at }) => at < Date.now() - LONG_MS);
}

/** Side effects that were cut off, or gave no clear answer; those that may be at work now left out. */
async function openToolRuns(store: Store, limit: number): Promise<ToolRun[]> {
  const runs = await store.toolRuns({ states: [...UNRESOLVED_RUNS], limit });
  // No tool takes longer than its turn may, and the turn's lane is leased for so long.
  const atWork = async ({ state, turnId, conversationId }: ToolRun) => {
    if (state === 'unknown') return false;
    const conversation = await store.conversation(conversationId);
    return conversation?.openTurn?.id === turnId && conversation.leaseUntil > Date.now();
  };
  const open = await Promise.all(runs.map(async (run) => ((await atWork(run)) ? [] : [run])));
  return open.flat();
}
