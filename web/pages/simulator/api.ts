/** The simulator's HTTP API as the page sees it. The server is `node-red/server`. */
import { createAsk } from '../../ask.ts';
import type { ChatMessage } from '../../components/bubble.ts';

export interface Account {
  id: string;
  name: string;
  channel: string;
  flow: string;
  flowId: string;
  usable: boolean;
  /** Why it is not. */
  why?: 'line' | 'real' | 'off' | 'unreached';
  suggestions: string[];
  language: string;
  /** Its webhooks are signed. */
  signed: boolean;
}

export interface Customer {
  /** On the account's platform, digits. */
  id: string;
  name: string;
  username?: string;
  language?: string;
  /** Telegram: the topic of the chat. */
  topic?: number;
}

export type Action =
  | { kind: 'text' | 'human'; text: string }
  | { kind: 'choice'; id: string; title: string; messageId?: string; style?: 'list' }
  | { kind: 'photo' | 'voice' | 'location' };

/** What the webhook said: its HTTP status, and how often it was called; never, where a colleague's words need none. */
export interface Delivery {
  status: number;
  deliveries: number;
}

export interface Item extends ChatMessage {
  /** What the customer tapped. */
  choice?: { id: string; title: string };
  /** The request that the stand-in platform got, and what is wrong with it by the platform's schema. */
  raw?: unknown;
  schemaErrors?: string[];
}

export interface TurnReport {
  id: string;
  outcome?: 'answered' | 'drafted' | 'blocked' | 'silent' | 'failed';
  decisions: { gate: string; result: 'pass' | 'block'; rule: string; reason: string }[];
  source?: {
    kind: 'llm' | 'fallback-llm' | 'extractive' | 'static' | 'flow';
    provider?: string;
    model?: string;
    passages?: string[];
  };
  error?: string;
}

export const STATUSES = ['active', 'support_active', 'marketing_active', 'closed'] as const;
export type Status = (typeof STATUSES)[number];

/** Who may answer now, and what keeps the bot from it. */
export interface State {
  /** As commands take it. */
  conversation: string;
  status: Status;
  /** A colleague has it until then, UTC milliseconds; 0: nobody. */
  humanUntil: number;
  /** The first rule that forbids an answer. */
  block?: { rule: string; reason: string };
}

export type Deed = { do: 'takeover' | 'handback' } | { do: 'status'; status: Status };

export const FAULTS = ['duplicate', 'rate-limit', 'server-error', 'timeout', 'blocked', 'window-closed'] as const;
export type FaultId = (typeof FAULTS)[number];
export interface Fault {
  id: FaultId;
  on: boolean;
}

/** The page may hang under any root: everything is relative to it. */
const url = (path: string) => new URL(`simulator/api/${path}`, document.baseURI);

const ask = createAsk('simulator/api/');

/** The accounts, where the editor is (absent where there is none), and the names of the accounts in test mode. */
export const accounts = () => ask<{ accounts: Account[]; editor?: string; testing: string[] }>('accounts');

export const say = (account: string, customer: Customer, action: Action) =>
  ask<Delivery>('say', 'POST', { account, customer, action });

export const act = (account: string, customer: Customer, deed: Deed) =>
  ask<State>('conversation', 'POST', { account, customer, deed });

export const faults = (account: string) =>
  ask<{ faults: Fault[] }>(`faults?${new URLSearchParams({ account })}`).then((answer) => answer.faults);

export const setFault = (account: string, id: FaultId, on: boolean) =>
  ask<unknown>('faults', 'PUT', { account, id, on });

export interface Listener {
  /** What was said so far, with the last turn and the state where there are any. */
  history(said: { items: Item[]; turn?: TurnReport; state?: State }): void;
  /** A new item, or the newer state of one. */
  item(item: Item): void;
  typing(on: boolean): void;
  turn(turn: TurnReport): void;
  state(state: State): void;
  /** False while the stream is broken. `refused`: the server said no, so the browser has given up. */
  connected(on: boolean, refused: boolean): void;
}

/** Milliseconds until a refused stream is asked for again; broken ones the browser repeats by itself. */
const AGAIN = 4000;

/** Follows a conversation until the returned function is called. */
export function follow(account: string, { id, topic }: Customer, listener: Listener): () => void {
  const query = new URLSearchParams({
    account,
    customer: id,
    ...(topic === undefined ? {} : { topic: String(topic) }),
  });
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource(url(`events?${query}`));
    const on = <T>(name: string, take: (data: T) => void) =>
      source.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T));
    on<Parameters<Listener['history']>[0]>('history', (said) => listener.history(said));
    on<Item>('item', (item) => listener.item(item));
    on<{ on: boolean }>('typing', (typing) => listener.typing(typing.on));
    on<TurnReport>('turn', (turn) => listener.turn(turn));
    on<State>('state', (state) => listener.state(state));
    source.onopen = () => listener.connected(true, false);
    source.onerror = () => {
      const refused = source.readyState === EventSource.CLOSED;
      if (refused) timer = setTimeout(open, AGAIN);
      listener.connected(false, refused);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
