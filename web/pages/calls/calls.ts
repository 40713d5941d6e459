/** The page of calls: those that go on and those that were, and one of them with what is said and done in it, where a colleague may step in. */
import { css, html } from 'lit';
import { wordsOf } from '../../ask.ts';
import { base, DmElement, define } from '../../components/base.ts';
import type { DmToast, Toast } from '../../components/toast.ts';
import { frame, introduce, putIntoAddress, testingBanner } from '../../frame.ts';
import { Watch } from '../../watch.ts';
import * as api from './api.ts';
import { SHOWS } from './api.ts';
import type { Filter } from './list.ts';
import { i18n, said, t } from './words.ts';
import './list.ts';
import './one.ts';

/** Between two looks at what holds for all calls; milliseconds. */
const LOOK = 30_000;

/** What the address asks for: one call, or which of them. */
function wanted(): { call: string; filter: Filter } {
  const query = new URLSearchParams(location.search);
  const show = SHOWS.find((one) => one === query.get('show')) ?? 'all';
  return { call: query.get('call') ?? '', filter: { show, account: query.get('account') ?? '', places: [] } };
}

export class DmCalls extends DmElement {
  static override properties = { state: { state: true }, call: { state: true }, filter: { state: true } };
  declare private state: api.State | undefined;
  /** The id of the one that is shown; empty: the list is. */
  declare private call: string;
  declare private filter: Filter;

  static override styles = [
    base,
    css`
      .whole {
        display: flex;
        flex-direction: column;
        block-size: 100%;
      }
      calls-list,
      calls-one {
        flex: 1;
        min-block-size: 0;
      }
    `,
  ];

  constructor() {
    super();
    Object.assign(this, wanted());
    new Watch(this, {
      look: async () => {
        const state = await api.state();
        return () => {
          this.state = state;
        };
      },
      every: () => LOOK,
      problem: (error) => this.#problem(error),
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    introduce('calls', i18n);
    addEventListener('popstate', this.#moved);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('popstate', this.#moved);
  }

  #moved = () => {
    this.#show(wanted().call);
  };

  #problem(error: unknown): void {
    this.#toast({ tone: 'bad', ...wordsOf(error, said, t) });
  }

  #toast(toast: Toast): void {
    this.renderRoot.querySelector<DmToast>('dm-toast')?.show(toast);
  }

  #pick(filter: Filter): void {
    this.filter = filter;
    putIntoAddress({ show: filter.show === 'all' ? '' : filter.show, account: filter.account });
  }

  #open(call: string): void {
    putIntoAddress({ call }, true);
    this.#show(call);
  }

  #show(call: string): void {
    if (call === this.call) return;
    this.call = call;
    // What was pressed is gone, and with it the place of who works with keys.
    void this.updateComplete.then(() => {
      const shown = this.renderRoot.querySelector<DmElement>('calls-one, calls-list');
      void shown?.updateComplete.then(() => shown.shadowRoot?.querySelector<HTMLElement>('[tabindex="-1"]')?.focus());
    });
  }

  override render() {
    const { state, call } = this;
    return frame(
      'calls',
      i18n,
      html`<div
        class="whole"
        @problem=${(e: CustomEvent<unknown>) => this.#problem(e.detail)}
        @toast=${(e: CustomEvent<Toast>) => this.#toast(e.detail)}
        @open-call=${(e: CustomEvent<string>) => this.#open(e.detail)}
        @filter=${(e: CustomEvent<Filter>) => this.#pick(e.detail)}
      >
        ${testingBanner(i18n, state?.testing ?? [])}
        ${
          call
            ? html`<calls-one .callId=${call}></calls-one>`
            : html`<calls-list .filter=${this.filter} .accounts=${state?.accounts ?? []}></calls-list>`
        }
      </div>`,
    );
  }
}

define('dm-calls', DmCalls);
