/** The page of calls: talk to an account, by voice or typed, see what is understood and answered, and how long each step took. */
import { css, html } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import type { DmToast } from '../../components/toast.ts';
import { frame, introduce, testingBanner } from '../../frame.ts';
import type { CallConversation } from './conversation.ts';
import { Telephone } from './telephone.ts';
import { i18n, t } from './words.ts';
import '../../components/panel.ts';
import './conversation.ts';
import './log.ts';
import './setup.ts';

/** Page widths in CSS pixels from which the panels are columns; the styles below and in `conversation.ts` agree. */
const SETUP_FROM = 860;
const LOG_FROM = 1200;

export class DmCall extends DmElement {
  static override properties = { setupOpen: { state: true }, logOpen: { state: true } };
  declare private setupOpen: boolean;
  declare private logOpen: boolean;
  #revision = 0;
  #telephone = new Telephone(this, {
    problem: (toast) => this.renderRoot.querySelector<DmToast>('dm-toast')?.show(toast),
    level: (level) => this.renderRoot.querySelector<CallConversation>('call-conversation')?.level(level),
  });

  static override styles = [
    base,
    css`
      .whole {
        display: flex;
        flex-direction: column;
        block-size: 100%;
      }
      .page {
        display: grid;
        flex: 1;
        grid-template-columns: minmax(0, 1fr);
        grid-template-rows: minmax(0, 1fr);
        min-block-size: 0;
      }
      @media (min-width: 860px) {
        .page {
          grid-template-columns: 300px minmax(0, 1fr);
        }
      }
      @media (min-width: 1200px) {
        .page.log {
          grid-template-columns: 300px minmax(0, 1fr) 340px;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.setupOpen = false;
    this.logOpen = matchMedia(`(min-width: ${LOG_FROM}px)`).matches;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    introduce('call', i18n);
  }

  override render() {
    const { state, going } = this.#telephone;
    const { testing = [] } = state ?? {};
    return frame(
      'call',
      i18n,
      html`<div class="whole">
        ${testingBanner(i18n, testing)}
        <div class="page ${this.logOpen ? 'log' : ''}">${this.#setup(going)}${this.#conversation()}${this.#log()}</div>
      </div>`,
    );
  }

  #setup(going: boolean) {
    const telephone = this.#telephone;
    return html`<dm-panel
      side="start"
      fixed
      from=${SETUP_FROM}
      heading=${t('setup.heading')}
      closeLabel=${t('close')}
      ?open=${this.setupOpen}
      @dm-close=${() => {
        this.setupOpen = false;
      }}
    >
      <call-setup
        .accounts=${telephone.state?.accounts ?? []}
        .account=${telephone.account}
        .language=${telephone.language}
        ?filter=${telephone.filter}
        ?going=${going}
        .view=${telephone.view}
        @pick-account=${(e: CustomEvent<string>) => telephone.pickAccount(e.detail)}
        @pick-language=${(e: CustomEvent<string>) => telephone.pickLanguage(e.detail)}
        @pick-input=${(e: CustomEvent<string>) => telephone.call.choose({ input: e.detail })}
        @pick-output=${(e: CustomEvent<string>) => telephone.call.choose({ output: e.detail })}
        @set-filter=${(e: CustomEvent<boolean>) => telephone.setFilter(e.detail)}
      ></call-setup>
    </dm-panel>`;
  }

  #conversation() {
    this.#revision += 1;
    return html`<call-conversation
      .telephone=${this.#telephone}
      .revision=${this.#revision}
      .logOpen=${this.logOpen}
      @toggle-setup=${() => {
        this.setupOpen = !this.setupOpen;
      }}
      @toggle-log=${() => {
        this.logOpen = !this.logOpen;
      }}
    ></call-conversation>`;
  }

  #log() {
    return html`<dm-panel
      side="end"
      from=${LOG_FROM}
      heading=${t('log.heading')}
      closeLabel=${t('close')}
      ?open=${this.logOpen}
      @dm-close=${() => {
        this.logOpen = false;
      }}
    >
      <call-log .lines=${this.#telephone.view.log}></call-log>
    </dm-panel>`;
  }
}

define('dm-call', DmCall);
