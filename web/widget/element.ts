/** The buttons at the corner of a site, and the panel that they open. */
import { html, LitElement, nothing } from 'lit';
import { type Call, createCall } from '../call/call.ts';
import { type Chat, createChat } from '../chat/chat.ts';
import { icon } from '../components/icons.ts';
import { callView } from './call-view.ts';
import { chatView } from './chat-view.ts';
import { frame } from './frame-style.ts';
import type { Options } from './options.ts';
import { talk } from './talk-style.ts';
import { callTicket, chatTicket, isBack } from './tickets.ts';
import { createWords, type WidgetWords } from './words.ts';

type Panel = 'chat' | 'call';

/** What runs in a browser's audio thread, as a text: it is put there by the build. */
declare const WORKLET: string;

const SECOND = 1_000;
/** At its end is who reads along; pixels. */
const NEAR_END = 60;

export class DragomanWidget extends LitElement {
  static override styles = [frame, talk];

  readonly #options: Options;
  readonly #words: WidgetWords;
  readonly #chat: Chat | undefined;
  #call: Call | undefined;
  #panel: Panel | undefined;
  #noTicket = false;
  #clock: ReturnType<typeof setInterval> | undefined;
  #atEnd = true;

  constructor(options: Options) {
    super();
    this.#options = options;
    this.#words = createWords([options.language, ...navigator.languages]);
    if (options.chat)
      this.#chat = createChat({
        ticket: () => chatTicket(options),
        base: options.base,
        changed: () => this.requestUpdate(),
      });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.dir = this.#words.direction;
    this.lang = this.#words.language;
    if (this.#options.theme) this.setAttribute('theme', this.#options.theme);
    document.addEventListener('visibilitychange', this.#look);
    // Whoever wrote as a guest before sees that he is answered.
    if (isBack()) this.#chat?.open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#look);
    clearInterval(this.#clock);
    this.#chat?.dispose();
    this.#call?.dispose();
  }

  readonly #look = () => this.#chat?.look(this.#panel === 'chat' && document.visibilityState === 'visible');

  #open(panel: Panel): void {
    this.#panel = this.#panel === panel ? undefined : panel;
    this.toggleAttribute('open', this.#panel !== undefined);
    this.#atEnd = true;
    if (this.#panel === 'chat') this.#chat?.open();
    if (this.#panel === 'call') this.#call ??= this.#newCall();
    this.#look();
    this.requestUpdate();
    void this.updateComplete.then(() => this.#focus(panel));
  }

  /** Into what was opened, or back to what opened it. */
  #focus(panel: Panel): void {
    const find = (part: string) => this.renderRoot.querySelector<HTMLElement>(part);
    const inside = () => find('.panel textarea') ?? find('.panel .action') ?? find('.panel button');
    (this.#panel ? inside() : find(`.${panel}`))?.focus();
  }

  #newCall(): Call {
    // A worklet is loaded by its address, and a page may load none of another origin.
    const worklet = URL.createObjectURL(new Blob([WORKLET], { type: 'text/javascript' }));
    return createCall({
      ...{ worklet, base: this.#options.base },
      changed: () => this.#callChanged(),
      level: (level) => {
        const meter = this.renderRoot.querySelector('meter');
        if (meter) meter.value = level;
      },
      problem() {},
    });
  }

  #callChanged(): void {
    this.requestUpdate();
    const isLive = this.#call?.view().state === 'live';
    if (isLive === (this.#clock !== undefined)) return;
    clearInterval(this.#clock);
    this.#clock = isLive ? setInterval(() => this.requestUpdate(), SECOND) : undefined;
  }

  #startCall(microphone: boolean): void {
    this.#noTicket = false;
    const ticket = () => callTicket(this.#options);
    this.#call?.start({ microphone, ticket }).catch(() => {
      this.#noTicket = true;
      this.requestUpdate();
    });
  }

  /** Tab stays in what is open, Escape closes it. */
  #key(event: KeyboardEvent): void {
    if (!this.#panel) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.#open(this.#panel);
    }
    if (event.key !== 'Tab') return;
    const stops = [...this.renderRoot.querySelectorAll<HTMLElement>('.panel :is(button, a, textarea, [tabindex="0"])')];
    const at = stops.indexOf((this.renderRoot as ShadowRoot).activeElement as HTMLElement);
    const next = event.shiftKey ? at - 1 : at + 1;
    if (at >= 0 && next >= 0 && next < stops.length) return;
    event.preventDefault();
    stops.at(event.shiftKey ? -1 : 0)?.focus();
  }

  protected override willUpdate(): void {
    const log = this.renderRoot?.querySelector('.log');
    if (log) this.#atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  }

  protected override updated(): void {
    const log = this.renderRoot.querySelector('.log');
    const launch = this.renderRoot.querySelector<HTMLElement>('.launch');
    if (launch) this.style.setProperty('--below', `${launch.offsetHeight + 40}px`);
    if (log && this.#atEnd) log.scrollTop = log.scrollHeight;
  }

  override render() {
    return html`<div @keydown=${this.#key}>
      ${this.#panel ? this.#dialog(this.#panel) : nothing}
      <div class="launch">
        ${this.#options.call ? this.#button('call') : nothing} ${this.#options.chat ? this.#button('chat') : nothing}
      </div>
    </div>`;
  }

  #button(panel: Panel) {
    const { t } = this.#words;
    const unread = panel === 'chat' ? (this.#chat?.view().unread ?? 0) : 0;
    const label = unread ? `${t(`open.${panel}`)}, ${t('unread', { n: unread })}` : t(`open.${panel}`);
    return html`<button
      class="round ${panel}"
      aria-label=${label}
      aria-expanded=${this.#panel === panel ? 'true' : 'false'}
      aria-haspopup="dialog"
      @click=${() => this.#open(panel)}
    >
      ${icon(this.#panel === panel ? 'close' : panel === 'chat' ? 'chat' : 'phone')}
      ${unread ? html`<span class="badge" aria-hidden="true">${unread > 9 ? '9+' : unread}</span>` : nothing}
    </button>`;
  }

  #dialog(panel: Panel) {
    const { t } = this.#words;
    const account = this.#call?.view().session?.dragoman.account;
    const title = panel === 'chat' ? this.#chat?.view().about?.title : account;
    return html`<section class="panel" role="dialog" aria-modal="true" aria-label=${title || t(panel)}>
      <header>
        <h2><bdi>${title || t(panel)}</bdi></h2>
        <button class="bare" aria-label=${t('close')} @click=${() => this.#open(panel)}>${icon('close')}</button>
      </header>
      ${panel === 'chat' ? this.#chatPanel() : this.#callPanel()}
    </section>`;
  }

  #chatPanel() {
    const chat = this.#chat!;
    const { say, tap, retry, open } = chat;
    const mine = (text: string) => {
      this.#atEnd = true;
      say(text);
    };
    return chatView(chat.view(), this.#words, { say: mine, tap, retry, open });
  }

  #callPanel() {
    const call = this.#call!;
    const deeds = {
      start: (microphone: boolean) => this.#startCall(microphone),
      skip: call.withoutMicrophone,
      listen: () => void call.listen(true),
      mute: call.mute,
      say: call.say,
      interrupt: call.interrupt,
      unblock: call.unblock,
      end: call.end,
    };
    return callView(call.view(), this.#words, deeds, { trouble: this.#noTicket, now: Date.now() });
  }
}
