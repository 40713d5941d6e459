/** The simulator page: play the customer of any account, see what the platform would show and what happened inside. */
import { css, html } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import type { DmToast } from '../../components/toast.ts';
import { frame, introduce, testingBanner } from '../../frame.ts';
import type { Fault } from './api.ts';
import type { SimulatorConversation } from './conversation.ts';
import { Simulation } from './simulation.ts';
import { i18n, t } from './words.ts';
import '../../components/panel.ts';
import './conversation.ts';
import './details.ts';
import './setup.ts';

/** Page widths in CSS pixels from which the panels are columns; the styles below and in `conversation.ts` agree. */
const SETUP_FROM = 860;
const DETAILS_FROM = 1200;

export class DmSimulator extends DmElement {
  static override properties = { setupOpen: { state: true }, detailsOpen: { state: true } };
  declare private setupOpen: boolean;
  declare private detailsOpen: boolean;
  #revision = 0;
  #simulation = new Simulation(this, {
    problem: (toast) => this.renderRoot.querySelector<DmToast>('dm-toast')?.show(toast),
    spoke: () => this.renderRoot.querySelector<SimulatorConversation>('simulator-conversation')?.toEnd(),
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
        .page.details {
          grid-template-columns: 300px minmax(0, 1fr) 360px;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.setupOpen = false;
    this.detailsOpen = matchMedia(`(min-width: ${DETAILS_FROM}px)`).matches;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    introduce('simulator', i18n);
  }

  override render() {
    const { testing } = this.#simulation;
    return frame(
      'simulator',
      i18n,
      html`<div class="whole">
        ${testingBanner(i18n, testing)}
        <div class="page ${this.detailsOpen ? 'details' : ''}">${this.#setup()}${this.#conversation()}${this.#details()}</div>
      </div>`,
    );
  }

  #setup() {
    const simulation = this.#simulation;
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
      <simulator-setup
        .accounts=${simulation.accounts ?? []}
        .account=${simulation.cast.account}
        .people=${simulation.people}
        .person=${simulation.cast.current}
        .faults=${simulation.faults}
        @pick-account=${(e: CustomEvent<string>) => simulation.pickAccount(e.detail)}
        @pick-person=${(e: CustomEvent<number>) => simulation.pickPerson(e.detail)}
        @new-person=${() => simulation.addPerson()}
        @rename-person=${(e: CustomEvent<string>) => simulation.renamePerson(e.detail)}
        @remove-person=${(e: CustomEvent<number>) => simulation.removePerson(e.detail)}
        @set-fault=${(e: CustomEvent<Fault>) => simulation.setFault(e.detail)}
      ></simulator-setup>
    </dm-panel>`;
  }

  #conversation() {
    this.#revision += 1;
    return html`<simulator-conversation
      .simulation=${this.#simulation}
      .revision=${this.#revision}
      .detailsOpen=${this.detailsOpen}
      @toggle-setup=${() => {
        this.setupOpen = !this.setupOpen;
      }}
      @toggle-details=${() => {
        this.detailsOpen = !this.detailsOpen;
      }}
    ></simulator-conversation>`;
  }

  #details() {
    const { turn, delivery, items, state } = this.#simulation;
    return html`<dm-panel
      side="end"
      from=${DETAILS_FROM}
      heading=${t('details.heading')}
      closeLabel=${t('close')}
      ?open=${this.detailsOpen}
      @dm-close=${() => {
        this.detailsOpen = false;
      }}
    >
      <simulator-details
        .turn=${turn}
        .delivery=${delivery}
        .items=${items}
        .conversation=${state?.conversation}
      ></simulator-details>
    </dm-panel>`;
  }
}

define('dm-simulator', DmSimulator);
