import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import type { Account, Fault, FaultId } from './api.ts';
import { handle, type Person } from './people.ts';
import { channelName, t } from './words.ts';
import '../../components/button.ts';
import '../../components/choices.ts';
import '../../components/field.ts';
import '../../components/switch.ts';

/** Who talks to whom, and what goes wrong. Tells `pick-account`, `pick-person`, `new-person`, `remove-person`, `rename-person`, `set-fault`. */
export class SimulatorSetup extends DmElement {
  static override properties = {
    accounts: { attribute: false },
    account: {},
    people: { attribute: false },
    person: { attribute: false },
    faults: { attribute: false },
  };
  declare accounts: readonly Account[];
  declare account: string;
  declare people: readonly Person[];
  /** The number of who speaks now. */
  declare person: number;
  declare faults: readonly Fault[];

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
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
    return html`${this.#accounts()}${this.#people()}${this.#faults()}`;
  }

  #accounts() {
    const channels = [...new Set(this.accounts.map(({ channel }) => channel))];
    const choices = channels.flatMap((channel) =>
      this.accounts
        .filter((account) => account.channel === channel)
        .map(({ id, name, flow, usable, why }) => ({
          id,
          title: name,
          note: usable
            ? t('account.flow', { flow })
            : `${t('account.unusable')}${why ? `: ${t(`account.why.${why}`)}` : ''}`,
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

  #people() {
    const current = this.people.find(({ n }) => n === this.person);
    const channel = this.accounts.find(({ id }) => id === this.account)?.channel ?? '';
    return html`<section>
      <div class="head">
        <h3>${t('setup.customer')}</h3>
        <dm-button variant="ghost" icon="plus" label=${t('setup.newCustomer')} @click=${() => this.emit('new-person')}></dm-button>
      </div>
      <dm-choices
        label=${t('setup.customer')}
        .value=${String(this.person)}
        .choices=${this.people.map((one) => ({ id: String(one.n), title: one.name, note: handle(channel, one) }))}
        @dm-change=${(e: CustomEvent<string>) => this.emit('pick-person', Number(e.detail))}
      ></dm-choices>
      ${
        current
          ? html`<div class="who">
              <dm-field
                label=${t('setup.name')}
                .value=${current.name}
                .limit=${60}
                @dm-change=${(e: CustomEvent<string>) => this.emit('rename-person', e.detail)}
              ></dm-field>
              <dm-button
                variant="ghost"
                icon="trash"
                label=${t('setup.removeCustomer')}
                ?disabled=${this.people.length < 2}
                @click=${() => this.emit('remove-person', current.n)}
              ></dm-button>
            </div>`
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
