/** A conversation's status that a flow or a model changes, now or with the turn's end; and that people are told. */
import type { Afterwards } from '../core/model.ts';
import { goodbyeIn } from '../core/policy/handover.ts';
import type { Clock, Store } from '../core/ports.ts';
import { cutText } from '../core/text/lengths.ts';
import { noteAfterwards } from '../core/turns/afterwards.ts';
import type { Notifier } from './notices.ts';
import { note } from './timeline/notes.ts';
import type { LiveTurn } from './turns.ts';

/** A reason is for reading in a list. */
const REASON_LENGTH = 300;

interface Parts {
  store: Pick<Store, 'run'>;
  clock: Clock;
  notices: Notifier;
}

/** The conversation has another status at once, and the rest of the turn sees it. */
export async function changeNow(
  { store, clock }: { store: Pick<Store, 'changeConversation'>; clock: Clock },
  live: LiveTurn,
  { status, reason }: Pick<Afterwards, 'status' | 'reason'>,
): Promise<void> {
  const now = clock.now();
  note(live, now, { kind: 'status', status, afterwards: false, by: 'flow' });
  if (live.rehearsal) return;
  await store.changeConversation(live.conversation.id, (current) => ({
    status,
    updatedAt: now,
    ...(current.status !== status && { statusNote: { at: now, reason, turnId: null } }),
  }));
  live.view.conversation.status = status;
}

/** After the turn's reply has left, its conversation has another status. Where the turn has ended already, it has it now. */
export async function changeAfterwards(
  { store, clock, notices }: Parts,
  live: LiveTurn,
  { status, reason, handover }: Omit<Afterwards, 'from'>,
): Promise<void> {
  note(live, clock.now(), { kind: 'status', status, afterwards: true, by: handover ?? 'flow' });
  if (live.rehearsal) return;
  const afterwards = { status, reason: cutText(reason, REASON_LENGTH), handover };
  if (handover) notices.expect(live.turn.id);
  const done = await store.run(noteAfterwards(live.turn, afterwards, clock.now()));
  if (done && handover) notices.wake();
}

/**
 * The customer asks for a person: after this turn's reply the conversation is support's, and people are told.
 * @param languages that the customer asked in; the conversation's where it is among them or there are none
 * @returns what to say to the customer
 */
export async function handOver(
  parts: Parts,
  live: LiveTurn,
  { by, reason, languages = [] }: { by: 'words' | 'model'; reason: string; languages?: string[] },
): Promise<string> {
  await changeAfterwards(parts, live, { status: 'support_active', reason, handover: by });
  const { language } = live.view;
  const said = languages.length === 0 || languages.includes(language) ? language : languages[0]!;
  live.goodbye = goodbyeIn(said);
  return live.goodbye;
}
