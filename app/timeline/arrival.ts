/** How a message came: the platform's calls, its words, and what it waited for. */
import type { Message, Trace, WebhookRecord } from '../../core/model.ts';
import type { Entry } from './entries.ts';

/** Less than this is no wait that anybody would ask about. */
const NO_WAIT_MS = 50;

/** @param at what the calls brought: of one that brought nothing of this conversation its own words tell why */
export function callEntries(calls: readonly WebhookRecord[]): Entry[] {
  return calls.map((call): Entry => {
    const { at, status, eventType, error, signed, duplicates = 0 } = call;
    const told = { at, values: { status, type: eventType } };
    if (status >= 400) return { ...told, code: 'call.refused', tone: 'bad', detail: error };
    if (eventType === 'ignored') return { ...told, code: 'call.off', tone: 'bad', detail: error };
    if (error) return { ...told, code: 'call.strayed', tone: 'warn', detail: error };
    if (duplicates > 0) return { ...told, code: 'call.again', tone: 'warn' };
    if (signed === undefined) return { ...told, code: 'call.came', tone: 'neutral' };
    return { ...told, code: signed ? 'call.signed' : 'call.unsigned', tone: signed ? 'ok' : 'neutral' };
  });
}

export function saidEntries(message: Message): Entry[] {
  const { at, text, media, choice, consent, editedAt, deletedAt, platformAt } = message;
  const late = platformAt !== undefined && at - platformAt > 60_000;
  const entries: Entry[] = [
    {
      ...{ at, code: choice ? 'in.choice' : 'in', tone: 'neutral', detail: choice?.title ?? text },
      ...(late && { code: 'in.late', tone: 'warn', values: { sentAt: platformAt } }),
    },
  ];
  for (const { kind, heard } of media)
    entries.push({ at, code: heard ? 'in.heard' : 'in.media', tone: 'neutral', values: { kind } });
  if (consent) entries.push({ at, code: `in.consent.${consent}`, tone: consent === 'out' ? 'warn' : 'ok' });
  if (editedAt) entries.push({ at: editedAt, code: 'in.edited', tone: 'neutral' });
  if (deletedAt) entries.push({ at: deletedAt, code: 'in.deleted', tone: 'warn' });
  return entries;
}

/**
 * What a turn's messages waited for until it began.
 * @param begunAt when it began
 * @param before attempts of other turns of the conversation
 */
export function laneEntries(messages: readonly Message[], begunAt: number, before: readonly Trace[]): Entry[] {
  const first = messages[0];
  const last = messages.at(-1);
  if (!first || !last) return [];
  const entries: Entry[] = [];
  const waitedMs = begunAt - last.at;
  const other = before.find((trace) => trace.at < begunAt && trace.endedAt > first.at && trace.endedAt <= begunAt + 1);
  const tell = (code: string, more: Partial<Entry> = {}) =>
    entries.push({ at: begunAt, code, tone: 'neutral', values: { waitedMs, n: messages.length }, ...more });
  if (other) tell('lane.turn');
  else if (waitedMs > 10_000) tell('lane.long', { tone: 'warn' });
  else if (waitedMs > NO_WAIT_MS) tell('lane.burst');
  if (messages.length > 1) tell('lane.together');
  return entries;
}
