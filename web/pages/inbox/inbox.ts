/** The inbox: queues of conversations, the one that is read, and who its person is. Live: what happens elsewhere is seen here. */
import { html, nothing } from 'lit';
import { wordsOf } from '../../ask.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { whoAmI } from '../../components/page-nav.ts';
import type { DmToast } from '../../components/toast.ts';
import { frame, introduce, putIntoAddress } from '../../frame.ts';
import { type LiveEvent, live } from '../../live.ts';
import * as api from './api.ts';
import { type Detail, type Filter, NO_FILTER, QUEUES, type Queue, type SavedAnswer, type Words } from './api.ts';
import { alertPerson, areAlertsOn, putIntoTitle, setAlerts } from './attention.ts';
import type { InboxContact } from './contact.ts';
import { filters, inboxLooks, queueBar } from './filters.ts';
import { gathered } from './gathered.ts';
import { type Deed, type InboxHelp, KEYS } from './help.ts';
import type { InboxList } from './list.ts';
import type { InboxOne } from './one.ts';
import type { InboxSaveAnswer } from './save-answer.ts';
import { createTypists, type Typist } from './typists.ts';
import { i18n, said, t } from './words.ts';
import '../../components/empty.ts';
import '../../components/panel.ts';
import './contact.ts';
import './help.ts';
import './list.ts';
import './one.ts';
import './save-answer.ts';

/** What happens in between is looked at once; milliseconds. */
const GATHER = { one: 120, list: 400, counts: 1_000 };
/** Names this tab among others of the same user. */
const TAB = crypto.randomUUID();

export class DmInbox extends DmElement {
  static override properties = {
    queue: { state: true },
    filter: { state: true },
    text: { state: true },
    current: { state: true },
    detail: { state: true },
    more: { state: true },
    counts: { state: true },
    words: { state: true },
    answers: { state: true },
    typists: { state: true },
    user: { state: true },
    may: { state: true },
    panel: { state: true },
    alerts: { state: true },
    narrowing: { state: true },
  };
  declare private queue: Queue;
  declare private filter: Filter;
  declare private text: string;
  /** The id of the one that is read; empty: none. */
  declare private current: string;
  declare private detail: Detail | undefined;
  declare private more: boolean;
  declare private counts: Record<Queue, number> | undefined;
  declare private words: Words | undefined;
  declare private answers: readonly SavedAnswer[];
  /** Who types where, by tab. */
  declare private typists: readonly Typist[];
  declare private user: string;
  declare private may: boolean;
  declare private panel: boolean;
  declare private alerts: boolean;
  /** On a phone the filters are unfolded. */
  declare private narrowing: boolean;
  #unfollow = () => {};
  #typists = createTypists((now) => {
    this.typists = now;
  });

  static override styles = [base, inboxLooks];

  constructor() {
    super();
    const query = new URLSearchParams(location.search);
    this.queue = QUEUES.find((one) => one === query.get('queue')) ?? 'all';
    this.filter = NO_FILTER;
    this.text = '';
    this.current = query.get('c') ?? '';
    this.more = false;
    this.answers = [];
    this.typists = [];
    this.user = '';
    this.may = false;
    this.panel = matchMedia('(min-width: 1180px)').matches;
    this.alerts = areAlertsOn();
    this.narrowing = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    introduce('inbox', i18n);
    addEventListener('keydown', this.#key);
    addEventListener('popstate', this.#moved);
    this.#unfollow = live((event) => this.#hear(event));
    void whoAmI().then((session) => {
      this.user = session?.name ?? '';
      this.may = session?.may.includes('dragoman.reply') ?? false;
    });
    this.#readCounts();
    this.#readWords();
    this.#readAnswers();
    if (this.current) void this.#read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this.#key);
    removeEventListener('popstate', this.#moved);
    this.#unfollow();
  }

  #list = () => this.renderRoot.querySelector<InboxList>('inbox-list');
  #one = () => this.renderRoot.querySelector<InboxOne>('inbox-one');

  async #ask(work: () => Promise<void>): Promise<void> {
    await work().catch((error) => this.#problem(error));
  }

  #problem(error: unknown): void {
    this.renderRoot.querySelector<DmToast>('dm-toast')?.show({ tone: 'bad', ...wordsOf(error, said, t) });
  }

  #readCounts = gathered(GATHER.counts, () => {
    void this.#ask(async () => {
      const counts = await api.counts(this.filter);
      const before = this.counts?.person ?? counts.person;
      this.counts = counts;
      putIntoTitle(counts.person);
      if (counts.person > before) alertPerson(counts.person);
    });
  });

  #readWords = gathered(0, () => {
    void this.#ask(async () => {
      this.words = await api.words();
    });
  });

  #readAnswers = gathered(0, () => {
    void this.#ask(async () => {
      this.answers = await api.answers();
    });
  });

  #readList = gathered(GATHER.list, () => this.#list()?.refresh());
  #readSoon = gathered(GATHER.one, () => void this.#read());

  async #read(): Promise<void> {
    const id = this.current;
    if (!id) return;
    await this.#ask(async () => {
      const detail = await api.read(id);
      if (id !== this.current) return;
      // Older ones that were asked for stay, where nothing is missing between.
      const first = detail.messages[0]?.seq ?? 0;
      const shown = this.detail?.row.id === id ? this.detail.messages : [];
      const older = shown.some(({ seq }) => seq >= first) ? shown.filter(({ seq }) => seq < first) : [];
      this.detail = { ...detail, messages: [...older, ...detail.messages] };
      if (older.length === 0) this.more = detail.messages.length >= api.THREAD;
    });
  }

  async #readOlder(): Promise<void> {
    const { detail } = this;
    await this.#ask(async () => {
      if (!detail) return;
      const { messages } = await api.read(detail.row.id, detail.messages[0]?.seq);
      if (detail !== this.detail) return;
      this.detail = { ...detail, messages: [...messages, ...detail.messages] };
      this.more = messages.length >= api.THREAD;
    });
  }

  #hear(event: LiveEvent): void {
    const all = event.kind === 'resync' || event.kind === 'conversations';
    if (all || event.kind === 'conversation') {
      this.#readList();
      this.#readCounts();
      if (all || event.conversation === this.current) this.#readSoon();
    }
    if (all || event.kind === 'answers') this.#readAnswers();
    if (event.kind === 'typing' && event.tab !== TAB) this.#typists.hear(event);
  }

  #moved = () => this.#show(new URLSearchParams(location.search).get('c') ?? '');

  #open(id: string): void {
    putIntoAddress({ c: id }, true);
    this.#show(id);
  }

  #show(id: string): void {
    if (id === this.current) return;
    this.current = id;
    if (!id) this.detail = undefined;
    void this.#read().then(() => this.#list()?.showCurrent());
  }

  #pick(queue: Queue): void {
    this.queue = queue;
    this.text = '';
    putIntoAddress({ queue: queue === 'all' ? '' : queue });
  }

  async #act(call: () => Promise<unknown>): Promise<void> {
    await this.#ask(async () => void (await call()));
    this.#readSoon();
    this.#readWords();
  }

  #key = (event: KeyboardEvent) => {
    const target = event.composedPath()[0] as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.matches?.('input, textarea, select') || !Object.hasOwn(KEYS, event.key)) return;
    const deed = KEYS[event.key as keyof typeof KEYS];
    // A dialog and a menu close by themselves.
    const dialogs = this.renderRoot.querySelectorAll('inbox-help, inbox-save-answer');
    if ([...dialogs].some((one) => one.shadowRoot?.querySelector('dialog[open]'))) return;
    event.preventDefault();
    this.#do(deed);
  };

  #do(deed: Deed): void {
    const { current, may } = this;
    const list = this.#list();
    if (deed === 'help') this.renderRoot.querySelector<InboxHelp>('inbox-help')?.show();
    else if (deed === 'search') this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')?.focus();
    else if (deed === 'next' || deed === 'previous') {
      const id = list?.neighbour(deed === 'next' ? 1 : -1);
      if (id) this.#open(id);
    } else if (!current) return;
    else if (deed === 'back') this.#open('');
    else if (deed === 'panel') this.panel = !this.panel;
    else if (!may) return;
    else if (deed === 'reply' || deed === 'note') this.#one()?.write(deed === 'note');
    else if (deed === 'undo') this.#one()?.undoLast();
    else if (deed === 'label') {
      this.panel = true;
      void this.updateComplete.then(() => this.renderRoot.querySelector<InboxContact>('inbox-contact')?.focusLabels());
    } else void this.#act(this.#callOf(deed, current));
  }

  #callOf(deed: Deed, id: string): () => Promise<unknown> {
    if (deed === 'takeOver') return () => api.takeOver(id);
    if (deed === 'handBack') return () => api.handBack(id);
    if (deed === 'close') return () => api.setStatus(id, 'closed');
    return () => api.assign(id, this.user);
  }

  override render() {
    const { current, detail, panel } = this;
    return frame(
      'inbox',
      i18n,
      html`<div
        class="whole ${current ? 'reading' : ''}"
        @problem=${(e: CustomEvent<unknown>) => this.#problem(e.detail)}
        @open=${(e: CustomEvent<string>) => this.#open(e.detail)}
        @act=${(e: CustomEvent<() => Promise<unknown>>) => this.#act(e.detail)}
        @changed=${() => this.#readSoon()}
        @back=${() => this.#open('')}
        @panel=${() => {
          this.panel = !this.panel;
        }}
        @older=${() => this.#readOlder()}
        @typing=${(e: CustomEvent<boolean>) => void api.typing(current, TAB, e.detail).catch(() => {})}
        @save-answer=${(e: CustomEvent<string>) => this.renderRoot.querySelector<InboxSaveAnswer>('inbox-save-answer')?.ask(e.detail)}
        @remove-answer=${(e: CustomEvent<string>) => this.#act(() => api.removeAnswer(e.detail))}
      >
        ${this.#side()}
        ${
          current && detail
            ? this.#reading(detail)
            : html`<div class="none">${current ? nothing : html`<dm-empty icon="inbox" heading=${t('none.heading')} text=${t('none.text')}></dm-empty>`}</div>`
        }
        ${
          current && detail
            ? html`<dm-panel
                side="end"
                from="1180"
                heading=${t('contact.title')}
                closeLabel=${t('close')}
                ?open=${panel}
                @dm-close=${() => {
                  this.panel = false;
                }}
                ><inbox-contact .detail=${detail} .words=${this.words} .user=${this.user} ?may=${this.may}></inbox-contact
              ></dm-panel>`
            : nothing
        }
      </div>
      <inbox-help ?may=${this.may}></inbox-help>
      <inbox-save-answer .answers=${this.answers} @saved=${() => this.#readAnswers()}></inbox-save-answer>`,
    );
  }

  #reading(detail: Detail) {
    const typing = this.typists.filter(({ conversation }) => conversation === this.current);
    return html`<inbox-one
      .detail=${detail}
      .answers=${this.answers}
      .typing=${[...new Set(typing.map(({ user }) => user))]}
      ?may=${this.may}
      ?more=${this.more}
    ></inbox-one>`;
  }

  #side() {
    return html`<section class="side" aria-label=${t('list.label')}>
      ${queueBar(this.queue, this.counts, (queue) => this.#pick(queue))}
      ${filters({
        ...{ text: this.text, filter: this.filter, words: this.words, alerts: this.alerts },
        search: (text) => {
          this.text = text.trim();
        },
        pick: (change) => {
          this.filter = { ...this.filter, ...change };
          this.#readCounts();
        },
        open: this.narrowing,
        fold: () => {
          this.narrowing = !this.narrowing;
        },
        help: () => this.#do('help'),
        setAlerts: (on) => {
          this.alerts = on;
          void setAlerts(on);
        },
      })}
      <inbox-list .queue=${this.queue} .filter=${this.filter} .text=${this.text} .current=${this.current}></inbox-list>
    </section>`;
  }
}

define('dm-inbox', DmInbox);
