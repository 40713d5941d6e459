import { FOLLOW_UP_STATES, type FollowUpState } from '../core/model.ts';
import { agreed } from '../core/policy/outreach.ts';
import { type Command, LIMIT, limitOf, UsageError } from './command.ts';
import { withStore } from './store.ts';
import { cut, table, time } from './text.ts';

const REASON_LENGTH = 90;

export const orders: Command = {
  usage: '[--faulty] [--limit 50]',
  summary: 'Orders of your shops, the newest first; --faulty: only those that cannot be written about, with what to do',
  takes: [],
  options: { ...LIMIT, faulty: { type: 'boolean' } },
  async run(given) {
    const faulty = given.options.faulty === true;
    const data = await withStore((store) => store.orders({ limit: limitOf(given, 50), faulty }));
    const rows = data.map(({ changedAt, shop, number, told, fault }) => [
      time(changedAt),
      shop,
      number,
      told?.state ?? '',
      fault ? `${fault.message} ${fault.action}` : '',
    ]);
    return { data, lines: table(['TIME', 'SHOP', 'NUMBER', 'STATE', 'WRONG'], rows, 'There are no orders.') };
  },
};

export const followUps: Command = {
  usage: '[--state refused,held] [--limit 50]',
  summary: 'What was written about orders without being asked, or why not, the newest first',
  takes: [],
  options: { ...LIMIT, state: { type: 'string' } },
  async run(given) {
    const states = statesOf(given.options.state);
    const data = await withStore((store) => store.followUps({ limit: limitOf(given, 50), states }));
    const rows = data.map(({ at, orderId, event, state, rule, reason, dueAt, proof }) => [
      time(at),
      orderId,
      event,
      state,
      rule ?? '',
      dueAt === null ? '' : time(dueAt),
      cut(reason ?? (proof ? agreed(proof) : ''), REASON_LENGTH),
    ]);
    const heads = ['TIME', 'ORDER', 'EVENT', 'STATE', 'RULE', 'NEXT', 'REASON'];
    return { data, lines: table(heads, rows, 'Nothing was written about orders.') };
  },
};

/** @throws UsageError */
function statesOf(given: string | boolean | undefined): FollowUpState[] | undefined {
  if (given === undefined) return undefined;
  const states = String(given).split(',');
  const known = states.flatMap((state) => FOLLOW_UP_STATES.find((one) => one === state) ?? []);
  if (known.length === states.length) return known;
  throw new UsageError(`--state takes some of ${FOLLOW_UP_STATES.join(', ')}, with commas between.`);
}
