/**
 * The simulator page's conversations: what the customer wrote, what the stand-in platform was asked to show him, and what the gates said.
 * Live bubbles come from the platform's journal: what the page shows is what a customer would see. Nothing is remembered here: what was said
 * before is read back from the store.
 */
import { EventEmitter } from 'node:events';
import type { Account } from '../../core/accounts.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import type { Conversation, ConversationStatus } from '../../core/model.ts';
import type { Call, PlatformId, Simulator, WebhookRequest } from '../../simulator/index.ts';
import type { Engine } from '../engine.ts';
import type { LiveTurn } from '../turn.ts';
import {
  conversationOf,
  identityOn,
  idIn,
  itemsOf,
  lastTurn,
  nameOn,
  type PageState,
  stateOf,
  type TurnReport,
  topicOf,
  wasShown,
} from './history.ts';
import { type Item, shown } from './item.ts';
import { hasEchoes, type PageAction, type PageCustomer, platformAction, threadOf } from './say.ts';

interface PageEvent {
  account: string;
  thread: string;
  name: 'item' | 'typing' | 'turn' | 'state';
  data: unknown;
}

type Person = Pick<PageCustomer, 'id' | 'topic'>;

/** What a person of the business does on the page. */
export type Deed = { do: 'takeover' } | { do: 'handback' } | { do: 'status'; status: ConversationStatus };

export const DEEDS: readonly Deed['do'][] = ['takeover', 'handback', 'status'];

export interface Session {
  /** Tells what was said so far (`history`, with its `turn` and `state`), then every event. The returned function ends it. */
  follow(account: Account, person: Person, tell: (name: string, data: unknown) => void): () => void;
  /** Posts what the customer (or a colleague) did to the account's real webhook. */
  say(
    account: Account,
    webhook: string,
    customer: PageCustomer,
    action: PageAction,
  ): Promise<{ status: number; deliveries: number }>;
  /** @throws DragomanError NOT_FOUND before the customer wrote */
  act(account: Account, person: Person, deed: Deed): Promise<PageState>;
}

/** So much of a conversation is shown. */
const SHOWN_MESSAGES = 200;
const READ_AFTER_MS = 600;
/** Where the platform tells how far a message got. */
const RECEIPTS: readonly PlatformId[] = ['whatsapp', 'waha'];

export function createSession(engine: Engine, simulator: Simulator): Session {
  const events = new EventEmitter().setMaxListeners(0);
  const emit = (event: PageEvent) => events.emit('event', event);
  /** Where each account's webhooks come in, as far as somebody wrote. */
  const urls = new Map<string, string>();

  const found = (account: Account, person: Person) => engine.store.run(conversationOf(account, person), { lazy: true });

  /** Reads take time; what is told keeps its order. */
  let told = Promise.resolve();
  const inOrder = (work: () => Promise<void>) => {
    told = told
      .then(work)
      .catch((error: unknown) => engine.log.warn(`The simulator page missed an event: ${describe(error)}`));
  };

  const tellState = (account: Account, person: Person) =>
    inOrder(async () => {
      // Nobody looks: a turn has better to do than to be read for a page.
      if (events.listenerCount('event') === 0) return;
      const conversation = await found(account, person);
      if (!conversation) return;
      const data = stateOf(conversation, account, engine.clock.now());
      emit({ account: account.id, thread: threadOf(person), name: 'state', data });
    });

  /** The account that a journalled call is of: its own name on the platform, or the name it has on the stand-in. */
  const accountOf = (call: Call) =>
    engine.registry
      .accounts()
      .find(
        ({ id, channel, settings }) =>
          channel.id === call.platform && [id, settings.botToken, channel.identity?.(settings)].includes(call.account),
      );

  simulator.onCall((call) => {
    const account = accountOf(call);
    if (!account || !call.thread) return;
    const person = { id: call.thread, topic: topicIn(call) };
    const at = { account: account.id, thread: threadOf(person) };
    if (!call.send) {
      if (/typing|sendChatAction|read/i.test(call.method))
        inOrder(async () => void emit({ ...at, name: 'typing', data: { on: true } }));
      if (call.method === 'sendMessageDraft' && call.status === 200) {
        const { draft_id } = call.body as { draft_id: number };
        const item: Item = {
          id: `draft-${draft_id}`,
          from: 'bot',
          at: call.at,
          state: 'draft',
          ...shown('telegram', call),
        };
        inOrder(async () => void emit({ ...at, name: 'item', data: item }));
      }
      return;
    }
    const sending = openMessage(account, person);
    inOrder(async () => {
      const message = await sending;
      const item: Item = {
        id: call.messageId ? idIn(call.platform, call.thread!, call.messageId) : `call-${call.seq}`,
        from: message?.author === 'human' ? 'human' : 'bot',
        at: call.at,
        state: call.messageId ? 'sent' : call.status === null ? 'unknown' : 'failed',
        error: call.messageId
          ? undefined
          : `${call.status ?? 'no answer'}: ${JSON.stringify(call.response).slice(0, 300)}`,
        ...shown(call.platform, call, message?.text),
      };
      emit({ ...at, name: 'typing', data: { on: false } });
      emit({ ...at, name: 'item', data: item });
      if (RECEIPTS.includes(call.platform) && call.messageId) receipts(account, at.thread, item);
    });
  });

  /** What is on its way: who wrote it, and as what, the platform does not know. */
  async function openMessage(account: Account, person: Person) {
    const conversation = await found(account, person).catch(() => null);
    return conversation?.openSend ? engine.store.message(conversation.openSend) : null;
  }

  /** Some tell how far a message got; the customer here reads at once. */
  function receipts(account: Account, thread: string, item: Item): void {
    const url = urls.get(account.id);
    if (!url) return;
    for (const [index, state] of (['delivered', 'read'] as const).entries()) {
      engine.clock.at(engine.clock.now() + READ_AFTER_MS * (index + 1), () => {
        const action = { kind: 'status' as const, status: state, messageId: item.id };
        const request = simulator.webhook(account.channel.id as 'whatsapp' | 'waha', action, signing(account));
        post(url, request).then(
          () => emit({ account: account.id, thread, name: 'item', data: { ...item, state } }),
          () => {},
        );
      });
    }
  }

  engine.turns.onEnd((live, end) => {
    const person = personOf(live);
    if (!person || !live.account.simulated) return;
    const { id, decisions } = live.view;
    const source = live.source ?? (live.replied ? { kind: 'flow' as const } : undefined);
    const data: TurnReport =
      end.kind === 'end' ? { id, outcome: end.outcome, decisions, source } : { id, decisions, error: end.error };
    inOrder(async () => void emit({ account: live.account.id, thread: threadOf(person), name: 'turn', data }));
    tellState(live.account, person);
  });

  async function post(url: string, { headers, body }: WebhookRequest): Promise<number> {
    const response = await engine.http({ method: 'POST', url, headers, body, timeoutMs: 10_000 });
    return response.status;
  }

  /** @throws DragomanError NOT_FOUND */
  async function existing(account: Account, person: Person): Promise<Conversation> {
    const conversation = await found(account, person);
    if (conversation) return conversation;
    throw new DragomanError('NOT_FOUND', 'This customer has not written yet.', 'Write as the customer first.');
  }

  async function history(account: Account, person: Person) {
    const conversation = await found(account, person);
    if (!conversation) return { items: [] };
    const detail = await engine.operator.read(conversation.id, { limit: SHOWN_MESSAGES });
    return {
      items: await itemsOf(detail.messages, account, conversation.address, simulator),
      turn: lastTurn(detail),
      state: stateOf(conversation, account, engine.clock.now()),
    };
  }

  /** A colleague's words where the platform has no app for them: through our own gateway. @throws DragomanError SEND_FAILED */
  async function reply(account: Account, person: Person, text: string): Promise<void> {
    const { id } = await existing(account, person);
    const { state, error } = await engine.operator.reply(id, text);
    if (state === 'failed' || state === 'discarded')
      throw new DragomanError(
        'SEND_FAILED',
        error?.message ?? 'The message was not sent.',
        error?.action ?? 'See what the conversation’s state says.',
      );
  }

  return {
    follow(account, person, tell) {
      const thread = threadOf(person);
      let waiting: PageEvent[] | undefined = [];
      const listen = (event: PageEvent) => {
        if (event.account !== account.id || event.thread !== thread) return;
        if (waiting) waiting.push(event);
        else tell(event.name, event.data);
      };
      events.on('event', listen);
      history(account, person)
        .catch((error: unknown) => {
          engine.log.warn(`A simulated conversation could not be read: ${describe(error)}`);
          return { items: [] };
        })
        .then((said) => {
          tell('history', said);
          for (const { name, data } of waiting ?? []) tell(name, data);
          waiting = undefined;
        });
      return () => events.off('event', listen);
    },
    async say(account, webhook, customer, action) {
      urls.set(account.id, webhook);
      const platform = account.channel.id as PlatformId;
      if (action.kind === 'human' && !hasEchoes(platform)) {
        await reply(account, customer, action.text);
        tellState(account, customer);
        return { status: 200, deliveries: 0 };
      }
      if (action.kind === 'choice' && !(await wasShown(engine, simulator, account, customer, action.messageId)))
        throw new DragomanError('NOT_FOUND', 'This customer has no such message to tap on.', 'Reload the page.');
      const made = platformAction(platform, customer, action);
      const request = simulator.webhook(platform, made, signing(account));
      const item: Item = {
        id: 'callbackId' in made ? `callback:${made.callbackId}` : idIn(platform, customer.id, request.ids[0] ?? ''),
        from: action.kind === 'human' ? 'human' : 'customer',
        text: 'text' in action ? action.text : action.kind === 'choice' ? action.title : '',
        format: 'plain',
        at: engine.clock.now(),
        state: 'read',
        choice: action.kind === 'choice' ? { id: action.id, title: action.title } : undefined,
        media:
          action.kind === 'photo' || action.kind === 'voice' || action.kind === 'location'
            ? [{ kind: action.kind }]
            : undefined,
      };
      inOrder(async () => void emit({ account: account.id, thread: threadOf(customer), name: 'item', data: item }));
      const deliveries = simulator.faults.deliveries({ platform, account: nameOn(account) });
      let status = 0;
      for (let time = 0; time < deliveries; time++) status = await post(webhook, request);
      tellState(account, customer);
      return { status, deliveries };
    },
    async act(account, person, deed) {
      const { id } = await existing(account, person);
      const { operator } = engine;
      if (deed.do === 'takeover') await operator.takeOver(id);
      else if (deed.do === 'handback') await operator.handBack(id);
      else await operator.setStatus(id, deed.status);
      tellState(account, person);
      return stateOf(await existing(account, person), account, engine.clock.now());
    },
  };
}

function signing(account: Account): { account: string; secret?: string } {
  return { account: nameOn(account), secret: secretOf(account) };
}

/** What the account's webhooks are signed with; undefined: nothing. */
export function secretOf({ settings }: Pick<Account, 'settings'>): string | undefined {
  const { secretToken, appSecret, hmacKey } = settings;
  return secretToken || appSecret || hmacKey || undefined;
}

function topicIn({ body }: Call): number | undefined {
  const topic = typeof body === 'object' && body !== null && !Array.isArray(body) ? body.message_thread_id : undefined;
  return typeof topic === 'number' ? topic : undefined;
}

function personOf({ account, contact, conversation }: LiveTurn): Person | undefined {
  const id = contact?.identities.find(({ kind }) => kind === identityOn(account.channel.id))?.value;
  return id === undefined ? undefined : { id, topic: topicOf(conversation) };
}
