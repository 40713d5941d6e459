/** A small world for tests of orders: the real store, lanes, turns and gateway, under a clock that the test moves; only flow and platform are stood in for. */
import { setImmediate as nextRound } from 'node:timers/promises';
import type { Account } from '../../core/accounts.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import { acceptDelivery } from '../../core/inbox/fold.ts';
import type { Order } from '../../core/model.ts';
import type { OutreachSettings } from '../../core/policy/outreach.ts';
import type {
  Channel,
  Clock,
  Http,
  Logger,
  Outgoing,
  ParsedEvent,
  ReadOrder,
  SendResult,
  Store,
} from '../../core/ports.ts';
import { createGateway } from '../../core/sending/gateway.ts';
import { createLanes, TURN_DEADLINE_MS } from '../../core/turns/lanes.ts';
import type { Engine } from '../engine.ts';
import type { TurnTracker } from '../host.ts';
import { createMasking } from '../masking.ts';
import { createRegistry } from '../registry.ts';
import { reply } from '../reply.ts';
import type { LiveTurn, TurnMessage } from '../turn.ts';
import { createTurns } from '../turns.ts';
import { createDispatch } from './dispatch.ts';
import { createDesk } from './figures.ts';
import { createIntake } from './intake.ts';

const HOUR = 3_600_000;
const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export const SETTINGS: OutreachSettings = {
  ...{ enabled: true, testMode: false, maxMessages: 3, pauseMs: 24 * HOUR, dailyLimit: 100, needsConsent: true },
  ...{ warmUpDays: 0, sameTexts: 0 },
  hours: { from: 9 * 60, until: 21 * 60, weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
  ...{ maxAgeMs: 72 * HOUR, paceMs: 0 },
};

export interface Sent {
  phone: string;
  text: string;
  at: number;
}

/** A platform that takes everything; `answer` may say otherwise. */
export function pigeons(clock: Clock, answer: () => SendResult = () => ({ ok: true, platformId: newId(clock.now()) })) {
  const sent: Sent[] = [];
  const channel = {
    id: 'pigeon',
    fields: {},
    realWhen: [],
    capabilities: { textLimit: 4_000, unit: 'utf16', media: [] },
    handshake: () => null,
    verify: () => ({ ok: true, signed: true }),
    parse: () => [],
    render: ({ text }: Outgoing) => [{ text }],
    threadOf: (phone: string) => ({
      kind: 'private',
      identities: [{ kind: 'phone', value: phone }],
      address: { to: phone },
    }),
    async send(part: { text: string }, address: { to: string }) {
      const result = answer();
      if (result.ok) sent.push({ phone: address.to, text: part.text, at: clock.now() });
      return result;
    },
  } as unknown as Channel;
  return { channel, sent };
}

export function orderOf(number: string, phone: string, at: number, more: Partial<Order> = {}): Order {
  return {
    ...{ shop: 'demo', number, state: 'placed', placedAt: at, changedAt: at, fields: {} },
    customer: { name: 'Aigerim', phone },
    items: [{ name: 'Kettle', quantity: 1 }],
    consent: { at, where: 'checkout', words: 'Write to me about my order' },
    ...more,
  };
}

export interface WorldOptions {
  store: Store;
  clock: Clock;
  channel: Channel;
  outreach?: Partial<OutreachSettings>;
  /** Ids; the first is meant where none is named. */
  accounts?: string[];
  /** Whether nobody real hears from them, as where it is absent. */
  simulated?: boolean;
  /** All zones of a number. */
  zonesOf?(phone: string): string[];
  /** What the flow says of an order or to a customer; nothing when absent. */
  flow?(live: LiveTurn, msg: TurnMessage): string | undefined | Promise<string | undefined>;
  random?(): number;
  /** Off: what the flow says waits for a person's approval. */
  autoReply?: boolean;
  /** What the dispatch says in the log at level info. */
  onInfo?(line: string): void;
}

/** Accounts with an order-in and a channel-in each. */
export function orderWorld(options: WorldOptions) {
  const {
    store,
    clock,
    channel,
    outreach,
    accounts = ['acc'],
    autoReply = true,
    simulated = true,
    flow,
    random,
    zonesOf = () => ['UTC'],
    onInfo = () => {},
  } = options;
  const accountOf = (id: string) =>
    ({
      ...{ id, name: 'Shop', channel, settings: {}, enabled: true, simulated, language: 'en', timezone: 'UTC' },
      ...{ prompt: { manual: '', facts: {} }, staticTexts: {}, envPrefix: '', suggestions: [], handBackText: '' },
      ...{ takeover: { cooldownMs: 300_000, ceilingMs: HOUR }, autoReply, inline: false, queue: 'default' },
      ...{ timeoutMs: 180_000, timeoutChosen: false, reopens: false, burst: false, dailyLimit: 0 },
      outreach: { ...SETTINGS, ...outreach },
    }) as unknown as Account;
  /** Flows that wait for their time. */
  let asleep = 0;
  const http = {} as Http;
  const registry = createRegistry();
  const owner = newId(clock.now());
  /** The flow ends when what it does has. */
  const tracker = {
    async run(_attempt: string, msg: TurnMessage, emit: (msg: object) => unknown) {
      await emit(msg);
      return { status: 'settled', errors: [] };
    },
    lateTurnOf: () => undefined,
  } as unknown as TurnTracker;
  const turns = createTurns({ store, clock, log: quiet, http, registry, tracker });
  const lanes = createLanes({
    ...{ store, clock, log: quiet, owner, run: turns.run },
    ready: (id) => registry.account(id) !== undefined,
    limitOf: () => TURN_DEADLINE_MS,
    onStored: (turn) => turn.followUp && dispatch.wake(),
  });
  const gateway = createGateway({ store, clock, log: quiet, http, owner, account: registry.account });
  const dispatch = createDispatch({ store, clock, log: { ...quiet, info: onInfo }, registry, lanes, random });
  const phoneBook = async () => ({ zonesOf });
  const intake = createIntake({ store, clock, log: quiet, phoneBook, onDue: dispatch.wake });
  const masking = createMasking(store, async () => {
    throw new Error('Nothing is masked here.');
  });
  const engine = { store, clock, log: quiet, turns, gateway, masking } as unknown as Engine;
  async function play(msg: TurnMessage): Promise<void> {
    const live = turns.of(msg);
    const text = await flow?.(live, msg);
    if (text) await reply(engine, live, { nodeId: 'out' }, { text });
  }
  const send = (msg: object) => play(msg as TurnMessage);
  for (const id of accounts) {
    registry.addAccount(accountOf(id));
    registry.addEntry(id, { nodeId: `in-${id}`, send });
    registry.addStarter({ nodeId: `orders-${id}`, accountId: id, send });
  }
  const read = (orders: ReadOrder[], since: number | null = null, accountId = accounts[0]!) =>
    intake(orders, {
      ...{ shop: 'demo', accountId, nodeId: `orders-${accountId}`, timezone: 'UTC', clockAheadMs: 0, since },
    });
  // As the engine does when the flows have started.
  dispatch.wake();
  Promise.all([gateway.sweep(), lanes.sweep()]).catch(() => {});

  return {
    gateway,
    wake: dispatch.wake,
    desk: createDesk({ store, clock, registry, dispatch }),
    /** The shop tells these orders. @param since of a first round: when the shop became known */
    told: (orders: Order[], since: number | null = null, accountId = accounts[0]!) =>
      read(
        orders.map((order) => ({ ok: true, order })),
        since,
        accountId,
      ),
    read,
    /** The platform tells something else. */
    happens: (event: ParsedEvent, accountId = accounts[0]!) =>
      store.run(acceptDelivery([toIncoming(event, registry.account(accountId)!, clock.now())])),
    /** The customer writes. */
    async says(phone: string, text: string, accountId = accounts[0]!) {
      const key = newId(clock.now());
      const thread = channel.threadOf!(phone);
      const event = { kind: 'message', type: 'message.text', key, platformId: key, text, media: [], thread } as const;
      const [result] = await store.run(
        acceptDelivery([toIncoming({ ...event, media: [] }, registry.account(accountId)!, clock.now())]),
      );
      if (result?.wakeAt !== undefined) lanes.wake(result.conversationId!, accountId, result.wakeAt);
      return result!.conversationId!;
    },
    /** What a flow does that takes its time. */
    async sleep(ms: number) {
      asleep++;
      await new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve));
      asleep--;
    },
    /** Resolves when all that was begun has come to rest; a flow that never ends is not waited for. */
    async rest() {
      for (let round = 0; round < 50; round++) {
        await nextRound();
        await dispatch.idle();
        await gateway.idle();
        if (lanes.running() <= asleep && round > 1) return;
      }
    },
    /** As a process that is stopped. */
    async stop() {
      await dispatch.stop();
      gateway.stop();
      await lanes.stop();
      await gateway.idle();
    },
  };
}
