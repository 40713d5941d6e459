/** For Prometheus: what this process counted of messages since it began. */
import type { Engine } from '../../app/engine.ts';
import { LATENCY_BUCKETS } from '../../app/metrics.ts';
import { type Counted, lengthsOf, partsOf } from '../../core/figures/tallies.ts';

type Values = [labels: Record<string, string>, value: number][];

/** What is counted, by the label that it has there. */
const COUNTS: [Counted, label: string, name: string, help: string][] = [
  ['in', '', 'dragoman_messages_in_total', 'Messages that came'],
  ['out', 'writer', 'dragoman_messages_out_total', 'Messages that left, by who wrote them'],
  ['lost', 'state', 'dragoman_messages_lost_total', 'Messages that failed for good, and of which nobody knows'],
  ['blocked', 'rule', 'dragoman_turns_blocked_total', 'Turns that a rule held back'],
  ['consent', 'consent', 'dragoman_consents_total', 'Customers who said stop, or start again'],
];

/** As counters: name, help, and what they are. */
export function messageCounts({
  counting,
  registry,
}: Pick<Engine, 'counting' | 'registry'>): [string, string, Values][] {
  const accounts = [...counting.tallying.sums()].flatMap(([id, sums]) =>
    id ? [{ account: registry.account(id)?.name ?? id, sums }] : [],
  );
  const counters = COUNTS.map(([counted, labelName, name, help]): [string, string, Values] => [
    name,
    help,
    accounts.flatMap(({ account, sums }) =>
      Object.entries(sums).flatMap(([key, [count]]): Values => {
        const [which, label] = partsOf(key);
        return which === counted ? [[{ account, ...(labelName && { [labelName]: label }) }, count]] : [];
      }),
    ),
  ]);
  const replies = accounts.flatMap(({ account, sums }) => {
    const lengths = lengthsOf(sums, 'reply');
    return lengths.length > 0 ? [{ account, lengths }] : [];
  });
  const sumOf = (lengths: ReturnType<typeof lengthsOf>, value: (one: (typeof lengths)[number]) => number) =>
    lengths.reduce((all, one) => all + value(one), 0);
  return [
    ...counters,
    [
      'dragoman_reply_seconds_bucket',
      'Answers that were at the platform so soon after the customer’s words',
      replies.flatMap(({ account, lengths }) =>
        LATENCY_BUCKETS.map((seconds): Values[number] => [
          { account, le: Number.isFinite(seconds) ? String(seconds) : '+Inf' },
          sumOf(lengths, ([ms, count]) => (ms <= seconds * 1_000 ? count : 0)),
        ]),
      ),
    ],
    [
      'dragoman_reply_seconds_sum',
      'Time from customers’ words to the answer at the platform',
      replies.map(({ account, lengths }) => [{ account }, sumOf(lengths, ([, , total]) => total) / 1_000]),
    ],
    [
      'dragoman_reply_seconds_count',
      'Answers that were timed',
      replies.map(({ account, lengths }) => [{ account }, sumOf(lengths, ([, count]) => count)]),
    ],
  ];
}
