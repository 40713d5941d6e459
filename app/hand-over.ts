/** A conversation's status that a flow or a model changes, now or with the turn's end; and that people are told. */
import type { Answerer } from '../core/answering/budget.ts';
import { changeStatus } from '../core/handovers/plans.ts';
import { farewell } from '../core/handovers/texts.ts';
import type { Afterwards, HandoverBy } from '../core/model.ts';
import { opensAfter } from '../core/policy/hours.ts';
import type { Clock, Outgoing, Store } from '../core/ports.ts';
import { cutText } from '../core/text/lengths.ts';
import { noteAfterwards } from '../core/turns/afterwards.ts';
import type { Handovers } from './handovers/handovers.ts';
import type { Notifier } from './notices.ts';
import { note } from './timeline/notes.ts';
import type { LiveTurn } from './turn.ts';

/** A reason is for reading in a list. */
const REASON_LENGTH = 300;

interface Parts {
  store: Pick<Store, 'run'>;
  clock: Clock;
  notices: Notifier;
}

/** The conversation has another status at once, and the rest of the turn sees it. */
export async function changeNow(
  { store, clock }: Pick<Parts, 'store' | 'clock'>,
  live: LiveTurn,
  { status, reason }: Pick<Afterwards, 'status' | 'reason'>,
): Promise<void> {
  const now = clock.now();
  note(live, now, { kind: 'status', status, afterwards: false, by: 'flow' });
  if (live.rehearsal) return;
  const statusNote = { at: now, reason, turnId: null };
  await store.run(
    changeStatus(
      live.conversation.id,
      (current) => ({ status, ...(current.status !== status && { statusNote }) }),
      now,
    ),
  );
  live.view.conversation.status = status;
}

/** After the turn's reply has left, its conversation has another status. @returns whether the turn has ended already, so that it has it now */
export async function changeAfterwards(
  { store, clock, notices }: Parts,
  live: LiveTurn,
  { status, reason, ...wish }: Omit<Afterwards, 'from'>,
): Promise<boolean> {
  const { handover } = wish;
  note(live, clock.now(), { kind: 'status', status, afterwards: true, by: handover ?? 'flow' });
  if (live.rehearsal) return false;
  const afterwards = { status, reason: cutText(reason, REASON_LENGTH), ...wish };
  if (handover) notices.expect(live.turn.id);
  const done = await store.run(noteAfterwards(live.turn, afterwards, clock.now()));
  if (done && handover) notices.wake();
  return done;
}

/** How a person is asked for. */
export interface Wish {
  by: HandoverBy;
  reason: string;
  /** That the customer asked in; the conversation's where it is among them or there are none. */
  languages?: string[];
  /** Writes the summary for whoever comes; absent: nobody does. */
  provider?: Answerer;
  /** The integrator's words to the customer, while people are there and while they are not; empty: ours. */
  own?: { open: string; closed: string };
}

/**
 * The customer asks for a person: after this turn's reply the conversation is support's, and people are told.
 * @returns what to say to the customer
 */
export async function handOver(
  parts: Parts & { handovers: Pick<Handovers, 'expect' | 'turnStored'> },
  live: LiveTurn,
  { by, reason, languages = [], provider, own }: Wish,
): Promise<Outgoing> {
  const { account } = live;
  const now = parts.clock.now();
  const opensAt = opensAfter(account, now);
  const spoken = live.view.language;
  const language = languages.length === 0 || languages.includes(spoken) ? spoken : languages[0]!;
  // Who hangs up waits no longer.
  const terms = { language, opensAt, patienceMs: account.channel.live ? 0 : (account.people?.patienceMs ?? 0) };
  if (!live.rehearsal) parts.handovers.expect(live, provider);
  const afterwards = { status: 'support_active', reason, handover: by, terms } as const;
  const ended = await changeAfterwards(parts, live, afterwards);
  if (ended) parts.handovers.turnStored(live.turn);
  const said = farewell(language, { now, opensAt, zone: account.timezone }, own);
  live.goodbye = said.text;
  return said;
}
