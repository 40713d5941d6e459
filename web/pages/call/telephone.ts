/** What the page knows and does, apart from how it looks: accounts, the call, what is remembered of the last one. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { wordsOf } from '../../ask.ts';
import { type Call, createCall } from '../../call/call.ts';
import type { CallView } from '../../call/view.ts';
import type { Toast } from '../../components/toast.ts';
import { LANGUAGES } from '../../i18n.ts';
import { load, save } from '../../storage.ts';
import * as api from './api.ts';
import { said, t } from './words.ts';

/** The page's clock. */
const SECOND = 1_000;

export interface TelephoneEvents {
  /** Something went wrong that the reader should know. */
  problem(toast: Toast): void;
  /** How loud the microphone is, from 0 to 1. */
  level(level: number): void;
}

export class Telephone implements ReactiveController {
  /** Undefined until the server answered. */
  state: api.State | undefined;
  /** Id of the account that is called. */
  account = '';
  /** ISO 639-1; empty: whatever is spoken. */
  language = '';
  /** Echo and noise are evened out. */
  filter = load('call.filter') !== false;
  readonly call: Call;
  #host: ReactiveControllerHost;
  #events: TelephoneEvents;
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, events: TelephoneEvents) {
    this.#host = host;
    this.#events = events;
    const language = load('call.language');
    if (LANGUAGES.some(({ value }) => value === language)) this.language = language as string;
    this.call = createCall({
      worklet: new URL('call/assets/call-worklet.js', document.baseURI),
      base: document.baseURI,
      changed: () => this.#changed(),
      level: this.#events.level,
      problem: ({ code, message }) => this.#problem(said.problem({ code, message, action: '' })),
    });
    this.call.filter(this.filter);
    host.addController(this);
  }

  hostConnected(): void {
    void this.#load();
  }

  hostDisconnected(): void {
    this.call.dispose();
    clearInterval(this.#clock);
  }

  get view(): CallView {
    return this.call.view();
  }

  get chosen(): api.Account | undefined {
    return this.state?.accounts.find(({ id }) => id === this.account);
  }

  /** A call is begun, or goes on. */
  get going(): boolean {
    return this.view.state !== 'idle' && this.view.state !== 'ended';
  }

  pickAccount(account: string): void {
    this.account = account;
    save('call.account', account);
    this.#host.requestUpdate();
  }

  pickLanguage(language: string): void {
    this.language = language;
    save('call.language', language);
    this.#host.requestUpdate();
  }

  setFilter(on: boolean): void {
    this.filter = on;
    save('call.filter', on);
    this.call.filter(on);
    this.#host.requestUpdate();
  }

  async start(microphone: boolean): Promise<void> {
    const ticket = () => api.start(this.account, this.language || undefined);
    await this.call.start({ microphone, ticket }).catch((error) => this.#problem(wordsOf(error, said, t)));
  }

  async #load(): Promise<void> {
    try {
      this.state = await api.state();
      const last = load('call.account');
      const { accounts } = this.state;
      this.account = (accounts.find(({ id }) => id === last) ?? accounts[0])?.id ?? '';
    } catch (error) {
      this.#problem(wordsOf(error, said, t));
    }
    this.#host.requestUpdate();
  }

  #problem(words: Omit<Toast, 'tone'>): void {
    this.#events.problem({ tone: 'bad', ...words });
  }

  #changed(): void {
    this.#host.requestUpdate();
    if (this.going === (this.#clock !== undefined)) return;
    clearInterval(this.#clock);
    this.#clock = this.going ? setInterval(() => this.#host.requestUpdate(), SECOND) : undefined;
  }
}
