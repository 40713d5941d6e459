/** Which accounts the running flows have, and at which channel-in each one's turns start. Filled by nodes as they come and go with deploys. */
import type { Account } from '../core/accounts.ts';
import { DragomanError } from '../core/errors.ts';
import type { OrderEvent } from '../core/model.ts';
import type { Polled } from '../core/ports.ts';
import type { PollState } from './orders/poll.ts';
import type { ProviderEndpoint } from './provider/service-endpoint.ts';

/** The node at which an account's turns start. */
export interface Entry {
  nodeId: string;
  send(msg: object): void;
  /** Why the account cannot work now; null when nothing is wrong any more. */
  onTrouble?(reason: string | null): void;
}

/** A node at which turns begin that no customer asked for. */
export interface Starter {
  nodeId: string;
  accountId: string;
  send(msg: object): void;
  /** Where its orders come from, and how that goes. */
  source?(): SourceState;
  /** Asks its shop for one page, of which nothing is taken in; absent where it is not to be asked. */
  ask?(): Promise<Polled>;
}

export interface SourceState extends Partial<PollState> {
  shop: string;
  /** It is asked for its orders; else it calls. */
  asks: boolean;
  /** Only calls with its signature are taken. */
  signs: boolean;
  variables: { address: string; secret: string };
  /** When it was last heard of how the asking goes. */
  at?: number;
}

/** An account that cannot work: its node could not be made, or its platform refuses it. */
export interface Trouble {
  accountId: string;
  reason: string;
}

/** A provider node, with its endpoint as accounts without variables of their own have it. */
export interface RegisteredProvider extends ProviderEndpoint {
  /** As people call the node. */
  name: string;
  /** Where it asks for accounts whose variables have this prefix; undefined: nowhere, because nobody chose a key or an address. */
  asks(envPrefix: string): ProviderEndpoint | undefined;
}

export interface Registry {
  addAccount(account: Account): void;
  removeAccount(account: Account): void;
  account(id: string): Account | undefined;
  accounts(): Account[];
  /** @throws DragomanError ACCOUNT_TWICE when another channel-in has the account. */
  addEntry(accountId: string, entry: Entry): void;
  removeEntry(accountId: string, entry: Entry): void;
  entry(accountId: string): Entry | undefined;
  /** A node at which turns about orders begin. @returns takes it out again. */
  addStarter(starter: Starter): () => void;
  starter(nodeId: string): Starter | undefined;
  starters(): Starter[];
  /** A node that has templates for these events, for where a platform takes no free text. @returns takes it out again. */
  addTemplates(events: readonly OrderEvent[]): () => void;
  /** Whether any node has one for the event. */
  hasTemplate(event: OrderEvent): boolean;
  /** @returns takes it out again. */
  addProvider(provider: RegisteredProvider): () => void;
  providers(): RegisteredProvider[];
  /**
   * @param reason null: nothing is wrong any more
   * @param heard another process told it
   */
  setTrouble(accountId: string, reason: string | null, heard?: 'heard'): void;
  trouble(accountId: string): string | undefined;
  troubles(): Trouble[];
}

/** @param tell what changed here and others may want to know */
export function createRegistry(tell: (accountId: string, reason: string | null) => void = () => {}): Registry {
  const accounts = new Map<string, Account>();
  const entries = new Map<string, Entry>();
  const starters = new Map<string, Starter>();
  const templates = new Set<readonly OrderEvent[]>();
  const providers = new Set<RegisteredProvider>();
  const troubles = new Map<string, string>();
  return {
    addAccount: (account) => void accounts.set(account.id, account),
    removeAccount(account) {
      if (accounts.get(account.id) !== account) return;
      accounts.delete(account.id);
      troubles.delete(account.id);
    },
    account: (id) => accounts.get(id),
    accounts: () => [...accounts.values()],
    addEntry(accountId, entry) {
      const other = entries.get(accountId);
      if (other && other.nodeId !== entry.nodeId)
        throw new DragomanError(
          'ACCOUNT_TWICE',
          `Another channel-in (${other.nodeId}) already starts this account's turns.`,
          'Keep one channel-in an account: wire both http in nodes to it, or disable the other.',
        );
      entries.set(accountId, entry);
    },
    removeEntry(accountId, entry) {
      if (entries.get(accountId) === entry) entries.delete(accountId);
    },
    entry: (accountId) => entries.get(accountId),
    addStarter(starter) {
      starters.set(starter.nodeId, starter);
      return () => {
        if (starters.get(starter.nodeId) === starter) starters.delete(starter.nodeId);
      };
    },
    starter: (nodeId) => starters.get(nodeId),
    starters: () => [...starters.values()],
    addTemplates(events) {
      const own = [...events];
      templates.add(own);
      return () => void templates.delete(own);
    },
    hasTemplate: (event) => [...templates].some((events) => events.includes(event)),
    addProvider(provider) {
      providers.add(provider);
      return () => void providers.delete(provider);
    },
    providers: () => [...providers],
    setTrouble(accountId, reason, heard) {
      if ((troubles.get(accountId) ?? null) === reason) return;
      if (reason === null) troubles.delete(accountId);
      else troubles.set(accountId, reason);
      entries.get(accountId)?.onTrouble?.(reason);
      if (!heard) tell(accountId, reason);
    },
    trouble: (accountId) => troubles.get(accountId),
    troubles: () => [...troubles].map(([accountId, reason]) => ({ accountId, reason })),
  };
}
