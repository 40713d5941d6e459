import type { CallState } from '../core/model.ts';
import { type Command, LIMIT, limitOf, UsageError } from './command.ts';
import { withStore } from './store.ts';
import { cut, table, time } from './text.ts';

const SUMMARY_LENGTH = 60;
const STATES: readonly CallState[] = ['active', 'completed', 'failed'];
const MOST_TOLD = 1_000;

/** Who called is told by the conversation's contact: a list that is pasted somewhere must not hold it. */
export const calls: Command = {
  usage: '[--state failed] [--limit 20]',
  summary: 'Calls, the newest first, with how long they were, how they ended and what came of them',
  takes: [],
  options: { ...LIMIT, state: { type: 'string' } },
  async run(given) {
    const limit = limitOf(given, 20);
    const state = stateOf(given.options.state);
    const found = await withStore((store) => store.calls({ state, limit }));
    const data = found.map(({ secret: _, about: __, ...call }) => call);
    const rows = data.map(({ id, accountId, state: is, end, startedAt, endedAt, recording, summary }) => [
      id,
      time(startedAt),
      accountId,
      end ? `${is} (${end})` : is,
      endedAt === null ? '' : seconds(endedAt - startedAt),
      recording ? seconds(recording.ms) : '',
      cut(summary, SUMMARY_LENGTH),
    ]);
    const heads = ['CALL', 'BEGAN', 'ACCOUNT', 'STATE', 'LENGTH', 'RECORDED', 'ACTIONS'];
    return { data, lines: table(heads, rows, 'There are no such calls.') };
  },
};

/** One call: who said what when, and what was done. */
export const call: Command = {
  usage: '<call>',
  summary: 'What was said in a call, and what its tools did',
  takes: ['call'],
  options: {},
  async run({ words: [id = ''] }) {
    const data = await withStore(async (store) => {
      const found = await store.call(id);
      if (!found) throw new UsageError(`There is no call ${id}. "dragoman calls" lists them.`);
      const { secret: _, ...told } = found;
      const messages = await store.messages(found.conversationId, { limit: MOST_TOLD });
      return { ...told, messages, actions: await store.toolRunsOf(found.conversationId, MOST_TOLD) };
    });
    const { startedAt, messages, actions } = data;
    const at = (moment: number) => seconds(moment - startedAt);
    const said = messages.map(({ at: when, author, text, unheard }) => [
      ...[at(when), author, text + (unheard ? ` [not heard: ${unheard.trim()}]` : '')],
    ]);
    const done = actions.map(({ at: when, tool, state, args }) => [at(when), tool, state, JSON.stringify(args)]);
    return {
      data,
      lines: [
        ...table(['AT', 'WHO', 'WORDS'], said, 'Nothing was said.'),
        '',
        ...table(['AT', 'TOOL', 'STATE', 'ARGUMENTS'], done, 'Nothing was done.'),
      ],
    };
  },
};

/** @throws UsageError */
function stateOf(given: string | boolean | undefined): CallState | undefined {
  if (given === undefined) return undefined;
  const state = STATES.find((one) => one === given);
  if (!state) throw new UsageError(`--state takes ${STATES.join(', ')}.`);
  return state;
}

const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;
