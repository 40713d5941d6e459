import { css, html, nothing } from 'lit';
import { choosesOutput } from '../../call/player.ts';
import type { CallView } from '../../call/view.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { LANGUAGES } from '../../i18n.ts';
import type { Account } from './api.ts';
import { t } from './words.ts';
import '../../components/choices.ts';
import '../../components/select.ts';
import '../../components/switch.ts';

/** Whom to call, in which language, and with which devices. Tells `pick-account`, `pick-language`, `pick-input`, `pick-output`, `set-filter`. */
export class CallSetup extends DmElement {
  static override properties = {
    accounts: { attribute: false },
    account: {},
    language: {},
    filter: { type: Boolean },
    going: { type: Boolean },
    view: { attribute: false },
  };
  declare accounts: readonly Account[];
  declare account: string;
  declare language: string;
  declare filter: boolean;
  /** A call runs: what holds for all of it stays. */
  declare going: boolean;
  declare view: CallView;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-4);
        padding: var(--dm-space-4) var(--dm-space-3) var(--dm-space-5);
      }
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-2);
      }
      section + section {
        padding-block-start: var(--dm-space-4);
        border-block-start: 1px solid var(--dm-line);
      }
      h3 {
        margin: 0 var(--dm-space-2);
        font-size: var(--dm-size-s);
      }
      dm-select,
      p {
        margin-inline: var(--dm-space-2);
      }
      p {
        margin-block: 0;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
    `,
  ];

  override render() {
    return html`${this.accounts.length > 1 ? this.#accounts() : nothing}${this.#language()}${this.#devices()}`;
  }

  #accounts() {
    return html`<section>
      <h3>${t('choose.account')}</h3>
      <dm-choices
        label=${t('choose.account')}
        .value=${this.account}
        .choices=${this.accounts.map(({ id, name }) => ({ id, title: name, disabled: this.going && id !== this.account }))}
        @dm-change=${(e: CustomEvent<string>) => this.emit('pick-account', e.detail)}
      ></dm-choices>
    </section>`;
  }

  #language() {
    return html`<section>
      <h3>${t('choose.language')}</h3>
      <dm-select
        .label=${t('choose.language')}
        .value=${this.language}
        .options=${[{ value: '', label: t('choose.auto') }, ...LANGUAGES]}
        ?disabled=${this.going}
        @dm-change=${(e: CustomEvent<string>) => this.emit('pick-language', e.detail)}
      ></dm-select>
      <p>${t(this.going ? 'choose.fixed' : 'choose.languageNote')}</p>
    </section>`;
  }

  #devices() {
    const { inputs, outputs } = this.view.devices;
    return html`<section>
      ${inputs.length > 0 ? this.#device('microphone', 'input', this.view.input, inputs) : nothing}
      ${choosesOutput() && outputs.length > 0 ? this.#device('loudspeaker', 'output', this.view.output, outputs) : nothing}
      <dm-switch
        .label=${t('choose.filter')}
        .note=${t('choose.filterNote')}
        ?checked=${this.filter}
        @dm-change=${(e: CustomEvent<boolean>) => this.emit('set-filter', e.detail)}
      ></dm-switch>
    </section>`;
  }

  #device(
    name: 'microphone' | 'loudspeaker',
    way: 'input' | 'output',
    chosen: string,
    devices: CallView['devices']['inputs'],
  ) {
    // Browsers list the system's own once more under a name of theirs.
    const options = devices.filter(({ id }) => id !== 'default' && id !== 'communications');
    return html`<h3>${t(`choose.${name}`)}</h3>
      <dm-select
        .label=${t(`choose.${name}`)}
        .value=${chosen}
        .options=${[
          { value: '', label: t('choose.default') },
          ...options.map((device, at) => ({
            value: device.id,
            label: device.name || t(`choose.${name}N`, { n: at + 1 }),
          })),
        ]}
        @dm-change=${(e: CustomEvent<string>) => this.emit(`pick-${way}`, e.detail)}
      ></dm-select>`;
  }
}

define('call-setup', CallSetup);
