/** What a call has with its conversation: the caller's words become messages, the call's own words go out, whatever the store is up to. */
import type { Account } from '../../core/accounts.ts';
import { describe } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Call, Message } from '../../core/model.ts';
import { rendered } from '../../core/sending/rendered.ts';
import type { TalkParts } from './parts.ts';

/** A store that fails is asked again after so long. */
const AGAIN_MS = 1_000;
/** Tool runs of a call that are looked through. */
const MOST_RUNS = 200;

export interface Conversing {
  /** Resolves with the message, once it is stored. The same item again is the same message. Rejects only where the call ends meanwhile. */
  said(text: string, item: string): Promise<Message | null>;
  /** Words of the call's own, once for each slot. */
  own(text: string, slot: string): Promise<void>;
  /** A tool changed something in this turn, or may have: its answer tells of it. */
  didSomething(turnId: string | null): Promise<boolean>;
}

interface Parts extends Pick<TalkParts, 'store' | 'clock' | 'receive' | 'gateway' | 'changes'> {
  call: Call;
  account(): Account;
  isOver(): boolean;
  trouble(code: string, message: string): void;
}

export function createConversing({
  call,
  account,
  store,
  clock,
  receive,
  gateway,
  changes,
  isOver,
  trouble,
}: Parts): Conversing {
  const { accountId, conversationId } = call;
  return {
    async said(text, item) {
      const { method } = account().channel.live!;
      const body = Buffer.from(JSON.stringify({ call: call.id, caller: callerOf(call), item, text }));
      for (;;) {
        try {
          const request = { method, path: `/calls/${call.id}`, query: {}, headers: {}, body };
          const answer = await receive(account(), request);
          if (answer.status !== 200) trouble('refused', answer.body);
          return await store.run((records) => records.byPlatformId(accountId, item).at(-1) ?? null);
        } catch (error) {
          if (isOver()) throw error;
          trouble('not_stored', describe(error));
          await new Promise<void>((resolve) => clock.at(clock.now() + AGAIN_MS, resolve));
        }
      }
    },
    async own(text, slot) {
      const at = clock.now();
      await gateway.deliver({
        ...{ id: newId(at), conversationId, accountId, turnId: null, slot: `${call.id}:${slot}`, at },
        ...{ author: 'system', purpose: 'reply', text, media: [], parts: rendered(account().channel, { text }) },
      });
    },
    async didSomething(turnId) {
      if (turnId === null) return false;
      const runs = await store.toolRunsOf(conversationId, MOST_RUNS);
      return runs.some((run) => run.turnId === turnId && changes(run.tool));
    },
  };
}

/** Who calls: the same person, where whoever started the call told ids of him (`pharmacy_id`, `user_id`). */
export function callerOf({ id, about }: Pick<Call, 'id' | 'about'>): string {
  const ids = Object.keys(about).filter((name) => /(^|_)id$/i.test(name));
  return ids.length > 0
    ? ids
        .sort()
        .map((name) => `${name}=${about[name]}`)
        .join(' ')
    : id;
}
