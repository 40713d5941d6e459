/** What the page knows and does, apart from how it looks: accounts, customers, the conversation followed, faults. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Toast } from '../../components/toast.ts';
import * as api from './api.ts';
import { type Cast, loadCast, newCustomer, saveCast } from './customers.ts';
import { t } from './words.ts';

export interface SimulationEvents {
  /** Something went wrong that the reader should know. */
  problem(toast: Toast): void;
  /** The customer spoke, or another conversation is shown: its end is what matters now. */
  spoke(): void;
}

export class Simulation implements ReactiveController {
  /** Undefined until the server answered. */
  accounts: api.Account[] | undefined;
  cast: Cast = loadCast();
  faults: api.Fault[] = [];
  items: api.Item[] = [];
  typing = false;
  loading = true;
  connected = true;
  turn: api.TurnReport | undefined;
  delivery: api.Delivery | undefined;
  #host: ReactiveControllerHost;
  #events: SimulationEvents;
  #unfollow: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, events: SimulationEvents) {
    this.#host = host;
    this.#events = events;
    host.addController(this);
  }

  hostConnected(): void {
    void this.#start();
  }

  hostDisconnected(): void {
    this.#unfollow?.();
  }

  get account(): api.Account | undefined {
    return this.accounts?.find(({ id }) => id === this.cast.account);
  }

  get customer(): api.Customer | undefined {
    return this.cast.customers.find(({ id }) => id === this.cast.current);
  }

  pickAccount(account: string): void {
    this.#recast({ account });
  }

  pickCustomer(current: string): void {
    this.#recast({ current });
  }

  addCustomer(): void {
    const customer = newCustomer(this.cast.customers, (n) => t('setup.newName', { n }));
    this.#recast({ customers: [...this.cast.customers, customer], current: customer.id });
  }

  renameCustomer(name: string): void {
    const words = name.trim();
    const { customers, current } = this.cast;
    this.#recast({ customers: customers.map((c) => (c.id === current && words ? { ...c, name: words } : c)) });
  }

  removeCustomer(id: string): void {
    const customers = this.cast.customers.filter((c) => c.id !== id);
    const current = customers.find((c) => c.id === this.cast.current) ?? customers[0];
    if (current) this.#recast({ customers, current: current.id });
  }

  /** Shown at once, taken back where the server refuses. */
  async setFault({ id, on }: api.Fault): Promise<void> {
    const { account } = this.cast;
    const show = (to: boolean) => {
      if (account !== this.cast.account) return;
      this.faults = this.faults.map((fault) => (fault.id === id ? { id, on: to } : fault));
      this.#host.requestUpdate();
    };
    show(on);
    const refused = await this.#problem(() => api.setFault(account, id, on));
    if (refused) show(!on);
  }

  /** True when the webhook was called, whatever it answered. */
  async say(action: api.Action): Promise<boolean> {
    const { account, current } = this.cast;
    const { customer } = this;
    if (!account || !customer) return false;
    let delivery: api.Delivery | undefined;
    await this.#problem(async () => {
      delivery = await api.say(account, customer, action);
    });
    if (!delivery) return false;
    const { status } = delivery;
    if (account === this.cast.account && current === this.cast.current) this.delivery = delivery;
    if (status >= 400)
      this.#events.problem({
        tone: 'bad',
        text: t('error.webhook', { status: String(status) }),
        action: t('error.webhookAction'),
      });
    this.#host.requestUpdate();
    return true;
  }

  async #start(): Promise<void> {
    await this.#problem(async () => {
      this.accounts = await api.accounts();
    });
    this.accounts ??= [];
    const usable = this.accounts.filter((account) => account.usable);
    const wanted = usable.find(({ id }) => id === this.cast.account) ?? usable[0];
    this.cast = { ...this.cast, account: '' };
    if (wanted) this.#recast({ account: wanted.id });
    else this.#host.requestUpdate();
  }

  /** Does the work; true when it failed, and then the reader was told. */
  async #problem(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return false;
    } catch (error) {
      const known = error instanceof api.ApiError;
      const text = known ? error.message : t('error.offline');
      this.#events.problem({ tone: 'bad', text, action: known ? error.action : t('error.offlineAction') });
      return true;
    }
  }

  /** Changes who talks to whom, and follows that conversation. */
  #recast(change: Partial<Cast>): void {
    const before = this.cast;
    this.cast = { ...before, ...change };
    saveCast(this.cast);
    const { account, current } = this.cast;
    if (account !== before.account) void this.#loadFaults(account);
    if (account !== before.account || current !== before.current) this.#follow(account, current);
    this.#host.requestUpdate();
  }

  async #loadFaults(account: string): Promise<void> {
    let faults: api.Fault[] = [];
    await this.#problem(async () => {
      faults = await api.faults(account);
    });
    if (account !== this.cast.account) return;
    this.faults = faults.filter(({ id }) => api.FAULTS.includes(id));
    this.#host.requestUpdate();
  }

  #follow(account: string, customer: string): void {
    this.#unfollow?.();
    this.items = [];
    this.typing = false;
    this.loading = true;
    this.connected = true;
    this.turn = undefined;
    this.delivery = undefined;
    const update = () => this.#host.requestUpdate();
    this.#unfollow = api.follow(account, customer, {
      history: (items) => {
        this.items = items;
        this.loading = false;
        this.#events.spoke();
        update();
      },
      item: (item) => {
        this.#take(item);
        update();
      },
      typing: (on) => {
        this.typing = on;
        update();
      },
      turn: (turn) => {
        this.turn = turn;
        update();
      },
      connected: (on, refused) => {
        this.connected = on;
        if (refused) this.#events.problem({ tone: 'bad', text: t('error.events'), action: t('error.eventsAction') });
        update();
      },
    });
  }

  #take(item: api.Item): void {
    if (this.items.some(({ id }) => id === item.id)) {
      this.items = this.items.map((old) => (old.id === item.id ? item : old));
      return;
    }
    this.items = [...this.items, item];
    if (item.from !== 'customer') return;
    this.turn = undefined;
    this.#events.spoke();
  }
}
