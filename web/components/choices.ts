import { css, html, LitElement, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { base, DmElement, define } from './base.ts';
import { appOf, channelIcon, icon } from './icons.ts';

export interface Choice {
  id: string;
  title: string;
  /** Second line; for a disabled one, why it is. */
  note?: string;
  disabled?: boolean;
  /** Heading over all choices of the same group; choices of a group stand together. */
  group?: string;
  /** Shows the channel's sign; without it the first letter of the title. */
  channel?: string;
}

/** One of a few, as native radio buttons in card shape: arrow keys move, `dm-change` tells the id. */
export class DmChoices extends DmElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = { label: {}, value: {}, choices: { attribute: false } };
  declare label: string;
  declare value: string;
  declare choices: readonly Choice[];

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      /* Around what is hidden in it: elsewhere that would stretch the page from within a pane that scrolls. */
      fieldset {
        position: relative;
        display: grid;
        gap: 2px;
        min-inline-size: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      .group {
        margin: var(--dm-space-2) var(--dm-space-2) 2px;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
        font-weight: 600;
      }
      label {
        display: flex;
        align-items: center;
        gap: var(--dm-space-3);
        padding: 7px var(--dm-space-2);
        border-radius: var(--dm-radius-m);
        cursor: pointer;
      }
      label:hover {
        background: var(--dm-hover);
      }
      label:has(:checked) {
        background: var(--dm-accent-soft);
      }
      label:has(:focus-visible) {
        outline: var(--dm-focus);
      }
      label:has(:disabled) {
        cursor: not-allowed;
      }
      label:has(:disabled) .sign {
        filter: grayscale(1);
        opacity: 0.6;
      }
      label:has(:disabled) .title {
        color: var(--dm-muted);
      }
      .text {
        display: grid;
        min-inline-size: 0;
      }
      .title {
        overflow: hidden;
        font-weight: 550;
        text-overflow: ellipsis;
      }
      .note {
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
      .sign {
        display: grid;
        flex: none;
        place-items: center;
        inline-size: 34px;
        block-size: 34px;
        border-radius: 50%;
        background: var(--dm-sunken);
        font-weight: 600;
      }
      .telegram {
        background: #1d78bd;
        color: #fff;
      }
      .whatsapp {
        background: #0d7f43;
        color: #fff;
      }
      .instagram {
        background: linear-gradient(45deg, #b0440b, #c21f6c 55%, #6a3de8);
        color: #fff;
      }
    `,
  ];

  constructor() {
    super();
    this.label = '';
    this.value = '';
    this.choices = [];
  }

  override render() {
    return html`<fieldset>
      <legend class="sr">${this.label}</legend>
      ${this.choices.map((choice, i) => {
        const heading = choice.group !== undefined && choice.group !== this.choices[i - 1]?.group;
        return html`${heading ? html`<div class="group" aria-hidden="true">${choice.group}</div>` : nothing}${this.#choice(choice)}`;
      })}
    </fieldset>`;
  }

  #choice({ id, title, note, disabled, channel }: Choice) {
    return html`<label>
      <input
        class="sr"
        type="radio"
        name="choice"
        value=${id}
        .checked=${live(id === this.value)}
        ?disabled=${disabled ?? false}
        @change=${() => this.emit('dm-change', id)}
      />
      <span class="sign ${appOf(channel ?? '')}" aria-hidden="true"
        >${channel === undefined ? [...title.trim()][0]?.toLocaleUpperCase() : icon(channelIcon(channel))}</span
      >
      <span class="text">
        <span class="title"><bdi>${title}</bdi></span>
        ${note ? html`<span class="note"><bdi>${note}</bdi></span>` : nothing}
      </span>
    </label>`;
  }
}

define('dm-choices', DmChoices);
