/**
 * The simulator page's conversations: what the customer wrote, what the stand-in platform was asked to show him, and what the gates said.
 * Bubbles come from the platform's journal, not from our store: what the page shows is what a customer would see.
 */
import { EventEmitter } from 'node:events';
import type { Account } from '../../core/accounts.ts';
import type { Call, PlatformId, Simulator, WebhookRequest } from '../../simulator/index.ts';
import type { Engine } from '../engine.ts';
import type { LiveTurn } from '../turns.ts';
import { type PageAction, type PageCustomer, platformAction } from './say.ts';

export interface Item {
  id: string;
  from: 'customer' | 'bot' | 'human';
  text: string;
  format: 'html' | 'whatsapp' | 'plain';
  at: number;
  state?: 'sent' | 'delivered' | 'read' | 'failed' | 'unknown';
  error?: string;
  buttons?: { id: string; title: string }[];
  media?: { kind: string; url?: string }[];
  raw?: unknown;
  schemaErrors?: string[];
}

export interface PageEvent {
  account: string;
  customer: string;
  name: 'item' | 'typing' | 'turn';
  data: unknown;
}

export interface Session {
  history(accountId: string, customerId: string): Item[];
  onEvent(listener: (event: PageEvent) => void): () => void;
  /** Posts what the customer (or a person of the business) did to the account's real webhook. */
  say(
    account: Account,
    webhook: string,
    customer: PageCustomer,
    action: PageAction,
  ): Promise<{ status: number; deliveries: number }>;
}

const FORMATS: Record<string, Item['format']> = { telegram: 'html', whatsapp: 'whatsapp' };
const KEEP_ITEMS = 200;
/** Of the newest; whoever writes to a simulated account has one, also where nobody looks at the page. */
const KEEP_CONVERSATIONS = 200;
const READ_AFTER_MS = 600;

export function createSession(engine: Engine, simulator: Simulator): Session {
  const conversations = new Map<string, Item[]>();
  const events = new EventEmitter().setMaxListeners(0);
  const key = (account: string, customer: string) => `${account} ${customer}`;
  const emit = (event: PageEvent) => events.emit('event', event);

  function put(account: string, customer: string, item: Item): void {
    const own = key(account, customer);
    const items = conversations.get(own) ?? [];
    conversations.delete(own);
    conversations.set(own, items);
    if (conversations.size > KEEP_CONVERSATIONS) conversations.delete(conversations.keys().next().value!);
    const index = items.findIndex((known) => known.id === item.id);
    if (index >= 0) items[index] = item;
    else items.push(item);
    if (items.length > KEEP_ITEMS) items.shift();
    emit({ account, customer, name: 'item', data: item });
  }

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
    const customer = call.thread;
    if (!call.send) {
      if (/typing|sendChatAction|read/.test(call.method))
        emit({ account: account.id, customer, name: 'typing', data: { on: true } });
      return;
    }
    emit({ account: account.id, customer, name: 'typing', data: { on: false } });
    const item: Item = {
      id: call.messageId ?? `call-${call.seq}`,
      from: 'bot',
      text: bodyText(call) ?? call.text ?? '',
      format: FORMATS[call.platform] ?? 'plain',
      at: call.at,
      state: call.messageId ? 'sent' : call.status === null ? 'unknown' : 'failed',
      error: call.messageId
        ? undefined
        : `${call.status ?? 'no answer'}: ${JSON.stringify(call.response).slice(0, 300)}`,
      buttons: call.buttons?.flatMap(({ id, title }) => (id === undefined ? [] : [{ id, title }])),
      media: call.media,
      raw: call.body,
      schemaErrors: call.schemaErrors,
    };
    put(account.id, customer, item);
    if (call.platform === 'whatsapp' && call.messageId) receipts(account, customer, item);
  });

  /** WhatsApp tells how far a message got; the customer here reads at once. */
  function receipts(account: Account, customer: string, item: Item): void {
    const url = urls.get(account.id);
    if (!url) return;
    for (const [index, state] of (['delivered', 'read'] as const).entries()) {
      engine.clock.at(engine.clock.now() + READ_AFTER_MS * (index + 1), () => {
        const request = simulator.webhook(
          'whatsapp',
          { kind: 'status', status: state, messageId: item.id },
          signing(account),
        );
        post(url, request).then(
          () => put(account.id, customer, { ...item, state }),
          () => {},
        );
      });
    }
  }

  engine.turns.onEnd((live, end) => {
    const customer = customerOf(live);
    if (!customer || !live.account.simulated) return;
    const { id, decisions } = live.view;
    const data =
      end.kind === 'end'
        ? { id, outcome: end.outcome, decisions, source: live.source ?? undefined }
        : { id, decisions, error: end.error };
    emit({ account: live.account.id, customer, name: 'turn', data });
  });

  engine.people.onForgotten(({ identities }) => {
    for (const { accountId, value } of identities) conversations.delete(key(accountId, value));
  });

  const urls = new Map<string, string>();

  async function post(url: string, { headers, body }: WebhookRequest): Promise<number> {
    const response = await engine.http({ method: 'POST', url, headers, body, timeoutMs: 10_000 });
    return response.status;
  }

  return {
    history: (account, customer) => conversations.get(key(account, customer)) ?? [],
    onEvent(listener) {
      events.on('event', listener);
      return () => events.off('event', listener);
    },
    async say(account, webhook, customer, action) {
      urls.set(account.id, webhook);
      const platform = account.channel.id as PlatformId;
      const request = simulator.webhook(platform, platformAction(platform, customer, action), signing(account));
      put(account.id, customer.id, {
        id: request.ids[0] ?? `said-${engine.clock.now()}`,
        from: action.kind === 'human' ? 'human' : 'customer',
        text: 'text' in action ? action.text : action.kind === 'choice' ? action.title : '',
        format: 'plain',
        at: engine.clock.now(),
        state: 'read',
        media:
          action.kind === 'photo' || action.kind === 'voice' || action.kind === 'location'
            ? [{ kind: action.kind }]
            : undefined,
      });
      const deliveries = simulator.faults.deliveries({ platform, account: nameOn(account) });
      let status = 0;
      for (let time = 0; time < deliveries; time++) status = await post(webhook, request);
      return { status, deliveries };
    },
  };
}

/** What the account is called in the stand-in's paths. */
export function nameOn({ id, channel, settings }: Account): string {
  return settings.botToken || channel.identity?.(settings) || id;
}

function signing(account: Account): { account: string; secret?: string } {
  const { secretToken, appSecret } = account.settings;
  return { account: nameOn(account), secret: secretToken || appSecret || undefined };
}

/** The markup as it was sent; the journal's `text` has Telegram's removed. */
function bodyText({ platform, body }: Call): string | undefined {
  if (platform !== 'telegram' || body === null || typeof body !== 'object' || Array.isArray(body)) return undefined;
  if (body.parse_mode !== 'HTML') return undefined;
  const text = body.text ?? body.caption;
  return typeof text === 'string' ? text : undefined;
}

function customerOf({ contact }: LiveTurn): string | undefined {
  return contact?.identities.find(({ kind }) => kind === 'telegram' || kind === 'phone' || kind === 'igsid')?.value;
}
