import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import type { Account, Customer, Fault, FaultId } from './api.ts';
import { channelName, t } from './words.ts';
import '../../components/button.ts';
import '../../components/choices.ts';
import '../../components/field.ts';
import '../../components/switch.ts';

/** Who talks to whom, and what goes wrong. Tells `pick-account`, `pick-customer`, `new-customer`, `remove-customer`, `rename-customer`, `set-fault`. */
export class SimulatorSetup extends DmElement {
  static override properties = {
    accounts: { attribute: false },
    account: {},
    customers: { attribute: false },
    customer: {},
    faults: { attribute: false },
  };
  declare accounts: readonly Account[];
  declare account: string;
  declare customers: readonly Customer[];
  declare customer: string;
  declare faults: readonly Fault[];

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: var(--dm-space-4);
        padding: var(--dm-space-3) var(--dm-space-3) var(--dm-space-5);
      }
      h3 {
        margin: 0 var(--dm-space-2);
        color: var(--dm-text);
        font-size: var(--dm-size-s);
      }
      section {
        display: grid;
        gap: var(--dm-space-1);
      }
      section + section {
        padding-block-start: var(--dm-space-4);
        border-block-start: 1px solid var(--dm-line);
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
      }
      p {
        margin: 0 var(--dm-space-2);
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
      .who {
        display: flex;
        align-items: end;
        gap: var(--dm-space-1);
        padding: var(--dm-space-2);
      }
      dm-field {
        flex: 1;
        min-inline-size: 0;
      }
    `,
  ];

  override render() {
    return html`${this.#accounts()}${this.#customers()}${this.#faults()}`;
  }

  #accounts() {
    const channels = [...new Set(this.accounts.map(({ channel }) => channel))];
    const choices = channels.flatMap((channel) =>
      this.accounts
        .filter((account) => account.channel === channel)
        .map(({ id, name, flow, usable, reason }) => ({
          id,
          title: name,
          note: usable ? t('account.flow', { flow }) : `${t('account.unusable')}${reason ? `: ${reason}` : ''}`,
          disabled: !usable,
          channel,
          group: channelName(channel),
        })),
    );
    return html`<section>
      <h3>${t('setup.account')}</h3>
      <dm-choices
        label=${t('setup.account')}
        .value=${this.account}
        .choices=${choices}
        @dm-change=${(e: CustomEvent<string>) => this.emit('pick-account', e.detail)}
      ></dm-choices>
    </section>`;
  }

  #customers() {
    const current = this.customers.find(({ id }) => id === this.customer);
    return html`<section>
      <div class="head">
        <h3>${t('setup.customer')}</h3>
        <dm-button variant="ghost" icon="plus" label=${t('setup.newCustomer')} @click=${() => this.emit('new-customer')}></dm-button>
      </div>
      <dm-choices
        label=${t('setup.customer')}
        .value=${this.customer}
        .choices=${this.customers.map(({ id, name }) => ({ id, title: name }))}
        @dm-change=${(e: CustomEvent<string>) => this.emit('pick-customer', e.detail)}
      ></dm-choices>
      ${
        current
          ? html`<div class="who">
                <dm-field
                  label=${t('setup.name')}
                  .value=${current.name}
                  .limit=${60}
                  @dm-change=${(e: CustomEvent<string>) => this.emit('rename-customer', e.detail)}
                ></dm-field>
                <dm-button
                  variant="ghost"
                  icon="trash"
                  label=${t('setup.removeCustomer')}
                  ?disabled=${this.customers.length < 2}
                  @click=${() => this.emit('remove-customer', current.id)}
                ></dm-button>
              </div>
              <p>${t('setup.identity', { id: current.id })}</p>`
          : nothing
      }
    </section>`;
  }

  #faults() {
    if (this.faults.length === 0) return nothing;
    return html`<section>
      <h3>${t('setup.faults')}</h3>
      <p>${t('setup.faultsNote')}</p>
      ${this.faults.map(
        ({ id, on }) =>
          html`<dm-switch
            .label=${t(`fault.${id}`)}
            .note=${t(`fault.${id}.note`)}
            ?checked=${on}
            @dm-change=${(e: CustomEvent<boolean>) => this.emit('set-fault', { id, on: e.detail } satisfies { id: FaultId; on: boolean })}
          ></dm-switch>`,
      )}
    </section>`;
  }
}

define('simulator-setup', SimulatorSetup);
