/** Updates that wait for `getUpdates`, as Telegram keeps them: until they are confirmed by a greater offset. */
import type { Json, JsonObject } from '../../core/model.ts';
import { list } from './context.ts';
import type { Answer } from './platform.ts';

const MOST = 100;
/** Seconds; Telegram takes no more. */
const LONGEST_WAIT = 50;

const done = (result: Json): Answer => ({ status: 200, body: { ok: true, result } });
const conflict = (what: string): Answer => ({
  status: 409,
  body: { ok: false, error_code: 409, description: `Conflict: ${what}` },
});

interface Waiting {
  /** Looks again, and answers if there is something. */
  look(): void;
  end(answer: Answer): void;
}

export interface TelegramUpdates {
  add(token: string, update: JsonObject): void;
  /** @param webhook the bot has one. */
  take(token: string, asked: JsonObject, webhook: boolean): Answer | Promise<Answer>;
  /** A webhook is set while somebody waits. */
  interrupt(token: string): void;
  pending(token: string): number;
  drop(token: string): void;
  /** Answers whoever waits. */
  reset(): void;
}

export function createUpdates(): TelegramUpdates {
  const kept = new Map<string, JsonObject[]>();
  const waiting = new Map<string, Waiting>();
  /** By token: a call without a list keeps the one before. */
  const allowed = new Map<string, string[]>();

  const keptOf = (token: string) => kept.get(token) ?? [];
  const wanted = (token: string, update: JsonObject): boolean => {
    const kinds = allowed.get(token) ?? [];
    if (kinds.length > 0) return kinds.some((kind) => kind in update);
    // Telegram's own default.
    return !('message_reaction' in update || 'chat_member' in update);
  };

  return {
    add(token, update) {
      if (!wanted(token, update)) return;
      kept.set(token, [...keptOf(token), update]);
      waiting.get(token)?.look();
    },
    take(token, asked, webhook) {
      if (webhook)
        return conflict(
          "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        );
      waiting
        .get(token)
        ?.end(conflict('terminated by other getUpdates request; make sure that only one bot instance is running'));
      if (asked.allowed_updates !== undefined) allowed.set(token, list(asked.allowed_updates).map(String));
      const offset = Number(asked.offset ?? 0);
      if (offset > 0)
        kept.set(
          token,
          keptOf(token).filter((update) => Number(update.update_id) >= offset),
        );
      else if (offset < 0) kept.set(token, keptOf(token).slice(offset));
      const limit = Math.min(MOST, Math.max(1, Number(asked.limit ?? MOST)));
      const there = () => keptOf(token).slice(0, limit);
      const seconds = Math.min(LONGEST_WAIT, Math.max(0, Number(asked.timeout ?? 0)));
      if (there().length > 0 || seconds === 0) return done(there());
      return new Promise((resolve) => {
        const own: Waiting = {
          look: () => own.end(done(there())),
          end(answer) {
            clearTimeout(timer);
            if (waiting.get(token) === own) waiting.delete(token);
            resolve(answer);
          },
        };
        const timer = setTimeout(() => own.end(done([])), seconds * 1_000).unref();
        waiting.set(token, own);
      });
    },
    interrupt: (token) => waiting.get(token)?.end(conflict('terminated by setWebhook request')),
    pending: (token) => keptOf(token).length,
    drop: (token) => void kept.delete(token),
    reset() {
      kept.clear();
      allowed.clear();
      for (const one of [...waiting.values()]) one.end(done([]));
    },
  };
}
