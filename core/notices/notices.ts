/** Notices to people of the business: stored in the step that made them true, told until a flow has taken them. Plans for the store. */
import type { JsonObject, Notice, NoticeKind } from '../model.ts';
import type { Plan, Records } from '../ports.ts';
import { cutText, LONGEST_LINE } from '../text/lengths.ts';
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };

/** What nobody was there for is no news after so long. */
export const NEWS_MS = 24 * 3_600_000;
const RETRY_DELAYS_MS = [10_000, 60_000, 600_000, 3_600_000];

/** Each kind's own: what makes it one of a kind, and what it tells. */
export interface NewNotice {
  kind: NoticeKind;
  /** What happened, so that it is noted once: a turn, a lead, an account and its hour. */
  of: string;
  accountId: string;
  conversationId?: string;
  /** In a sentence; cut where it is long. */
  reason: string;
  about?: JsonObject;
}

/** The one id of a notice, by what it is of. */
export const noticeId = ({ kind, of }: Pick<NewNotice, 'kind' | 'of'>): string => `${kind}:${of}`;

/**
 * Notes it, in whatever step makes it true. A repeat changes nothing.
 * @param tellAt it is told no sooner: more will be known then
 * @returns whether it is new
 */
export function addNotice(records: Records, notice: NewNotice, now: number, tellAt = now): boolean {
  const { kind, accountId, conversationId = null, reason, about = {} } = notice;
  return records.insertNotice({
    id: noticeId(notice),
    kind,
    accountId,
    conversationId,
    reason: cutText(reason, LONGEST_LINE),
    about,
    at: now,
    tries: 0,
    tellAt,
  });
}

/** What happens to an account again and again is one thing an hour. */
export const hourOf = (accountId: string, now: number): string => `${accountId}:${Math.floor(now / 3_600_000)}`;

export const noticeOf =
  (notice: NewNotice, now: number): Plan<boolean> =>
  (records) =>
    addNotice(records, notice, now);

/** All who take its kind have it, or nobody was there for too long. @param error why somebody will never have it */
export const closeNotice =
  (id: string, error?: string): Plan<void> =>
  (records) =>
    records.updateNotice(id, { tellAt: null, error });

export interface PutOff {
  /** Not the flow's fault: a deploy took it away. */
  cut: boolean;
  /** Who has it now: they are not told again. */
  taken?: string[];
  error?: string;
}

/** Not all who take its kind have it. @returns when the others are told again; null: they are given up. */
export const putOffNotice =
  (id: string, now: number, { cut, taken, error }: PutOff): Plan<number | null> =>
  (records) => {
    const notice = records.notice(id);
    if (!notice) return null;
    const tries = notice.tries + (cut ? 0 : 1);
    const delay = cut ? 0 : (RETRY_DELAYS_MS[tries - 1] ?? RETRY_DELAYS_MS.at(-1)!);
    const tellAt = now + delay > notice.at + NEWS_MS ? null : now + delay;
    records.updateNotice(id, { tries, taken, error, tellAt });
    return tellAt;
  };

const TEXTS: Record<string, typeof en> = { ar, en, es, fa, it, ru };

/** The notice as a sentence for people. @param language ISO 639-1; English where we have no text in it. */
export function noticeText({ kind, reason }: Notice, language: string, account: string, who: string): string {
  const texts = TEXTS[language] ?? en;
  const values: Record<string, string> = { account, who: who || texts.customer, reason };
  return texts[kind].replace(/\{(account|who|reason)\}/g, (_whole, name: string) => values[name]!);
}
