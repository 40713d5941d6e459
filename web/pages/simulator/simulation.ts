/** What the page knows and does, apart from how it looks: accounts, customers, the conversation followed, faults. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { wordsOf } from '../../ask.ts';
import type { Toast } from '../../components/toast.ts';
import * as api from './api.ts';
import { type Cast, loadCast, newPerson, playedBy, saveCast } from './cast.ts';
import { customerOn, type Person } from './people.ts';
import { said, t } from './words.ts';

export interface SimulationEvents {
  /** Something went wrong that the reader should know. */
  problem(toast: Toast): void;
  /** The customer spoke, or another conversation is shown: its end is what matters now. */
  spoke(): void;
}

/** The longest that a browser's timer can wait. */
const MOST_MS = 2 ** 31 - 1;

export class Simulation implements ReactiveController {
  /** Undefined until the server answered. */
  accounts: api.Account[] | undefined;
  /** Where the editor is; undefined where there is none. */
  editor: string | undefined;
  /** Names of the accounts in test mode. */
  testing: readonly string[] = [];
  cast: Cast = loadCast(location.search);
  /** Telegram: the topic that is written in. */
  topic: number | undefined;
  /** Undefined before the customer's first words. */
  state: api.State | undefined;
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
  #over: ReturnType<typeof setTimeout> | undefined;

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
    clearTimeout(this.#over);
  }

  get account(): api.Account | undefined {
    return this.accounts?.find(({ id }) => id === this.cast.account);
  }

  get people(): Person[] {
    return this.cast.people.map((n) => playedBy(this.cast, n));
  }

  /** Who writes now, as the account's platform knows them. */
  get customer(): api.Customer {
    return customerOn(this.account?.channel ?? '', playedBy(this.cast, this.cast.current), this.topic);
  }

  pickAccount(account: string): void {
    this.#recast({ account });
  }

  pickPerson(current: number): void {
    this.#recast({ current });
  }

  pickTopic(topic: number | undefined): void {
    this.topic = topic;
    this.#follow();
  }

  addPerson(): void {
    const n = newPerson(this.cast.people);
    this.#recast({ people: [...this.cast.people, n], current: n });
  }

  renamePerson(name: string): void {
    const words = name.trim();
    const { names, current } = this.cast;
    if (words) this.#recast({ names: { ...names, [current]: words } });
  }

  removePerson(n: number): void {
    const people = this.cast.people.filter((one) => one !== n);
    const current = people.includes(this.cast.current) ? this.cast.current : people[0];
    if (current !== undefined) this.#recast({ people, current });
  }

  /** Takes over, hands back, sets the status; true when it was done. */
  async act(deed: api.Deed): Promise<boolean> {
    const { customer } = this;
    const refused = await this.#problem(async () => {
      const state = await api.act(this.cast.account, customer, deed);
      if (customer.id === this.customer.id) this.#setState(state);
    });
    this.#host.requestUpdate();
    return !refused;
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
    const { account } = this.cast;
    const { customer } = this;
    if (!account) return false;
    let delivery: api.Delivery | undefined;
    await this.#problem(async () => {
      delivery = await api.say(account, customer, action);
    });
    if (!delivery) return false;
    const { status } = delivery;
    if (account === this.cast.account && customer.id === this.customer.id && delivery.deliveries > 0)
      this.delivery = delivery;
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
      ({ accounts: this.accounts, editor: this.editor, testing: this.testing } = await api.accounts());
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
      this.#events.problem({ tone: 'bad', ...wordsOf(error, said, t) });
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
    if (account !== before.account || current !== before.current) {
      this.topic = undefined;
      this.#follow();
    }
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

  /** Keeps the state, and looks again when the colleague's time is over. */
  #setState(state: api.State | undefined): void {
    this.state = state;
    clearTimeout(this.#over);
    if (!state?.humanUntil) return;
    const stillBlocked = state.block?.rule === 'takeover' ? undefined : state.block;
    this.#over = setTimeout(
      () => {
        this.#setState({ ...state, humanUntil: 0, block: stillBlocked });
        this.#host.requestUpdate();
      },
      Math.min(Math.max(0, state.humanUntil - Date.now()), MOST_MS),
    );
  }

  /** Shows the conversation of who speaks now. */
  #follow(): void {
    this.#unfollow?.();
    this.#setState(undefined);
    this.items = [];
    this.typing = false;
    this.loading = true;
    this.connected = true;
    this.turn = undefined;
    this.delivery = undefined;
    const update = () => this.#host.requestUpdate();
    this.#unfollow = api.follow(this.cast.account, this.customer, {
      history: ({ items, turn, state }) => {
        this.items = items;
        this.turn = turn;
        this.#setState(state);
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
        // A turn that says nothing ends the typing too, and what was written is not said.
        if (turn.outcome || turn.error) {
          this.typing = false;
          this.items = this.items.filter(({ state }) => state !== 'draft');
        }
        update();
      },
      state: (state) => {
        this.#setState(state);
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
    // What was being written is now said.
    const said = item.from === 'bot' ? this.items.filter(({ state }) => state !== 'draft') : this.items;
    this.items = [...said, item];
    if (item.from !== 'customer') return;
    this.turn = undefined;
    this.#events.spoke();
  }
}
