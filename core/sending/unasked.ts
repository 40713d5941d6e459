/** What is done with words that nobody asked for before they are stored, on a channel whose platform watches how a number writes. */
import type { Account } from '../accounts.ts';
import type { Clock, Http, NewReply, Store } from '../ports.ts';
import type { SendCheck } from './outbox.ts';
import { createTyping } from './typing.ts';
import { wordingOf } from './wording.ts';

export interface Unasked {
  /** Runs one after another what a conversation is to hear: a long message takes longer to type, and comes first all the same. */
  inOrder<T>(conversationId: string, send: () => Promise<T>): Promise<T>;
  /** Resolves when it is typed; what a rule forbids is not. @returns it with what tells its words from others */
  typed(sender: Account, reply: NewReply): Promise<NewReply>;
  /** Nobody types any more. */
  end(): void;
}

export interface UnaskedOptions {
  store: Pick<Store, 'run' | 'conversation' | 'replies'>;
  clock: Clock;
  http: Http;
  check: SendCheck;
}

export function createUnasked({ store, clock, http, check }: UnaskedOptions): Unasked {
  const typing = createTyping({ clock, http });
  /** The last of what each conversation is to hear. */
  const last = new Map<string, Promise<unknown>>();

  /** An attempt before this one stored it. */
  const isSaid = async ({ turnId, slot }: NewReply) =>
    turnId !== null && (await store.replies(turnId)).some((message) => message.slot === slot);

  return {
    inOrder(conversationId, send) {
      const mine = (last.get(conversationId) ?? Promise.resolve()).then(send, send);
      last.set(conversationId, mine);
      const over = () => void (last.get(conversationId) === mine && last.delete(conversationId));
      mine.then(over, over);
      return mine;
    },
    async typed(sender, said) {
      const { channel, outreach } = sender;
      const reply = outreach?.sameTexts ? { ...said, wording: wordingOf(said.parts), wordingAt: said.at } : said;
      if (!channel.capabilities.unofficial || reply.draft || (await isSaid(reply))) return reply;
      const conversation = await store.conversation(reply.conversationId);
      const decision = conversation && (await store.run((records) => check(conversation, reply, records)));
      if (decision?.result === 'pass') await typing.before(sender, conversation!.address, reply.text);
      return reply;
    },
    end: typing.end,
  };
}
