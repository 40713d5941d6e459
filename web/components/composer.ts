import { css, html, LitElement, nothing } from 'lit';
import { base, DmElement, define } from './base.ts';
import { type IconName, icon } from './icons.ts';
import './button.ts';
import './segments.ts';

export interface ComposerLabels {
  message: string;
  send: string;
  as: string;
}

/** Who writes; the first one is the usual. */
export interface Voice {
  value: string;
  label: string;
  placeholder: string;
  icon: IconName;
}

/** Where a person writes. `dm-send` tells `{ text, voice }`, `dm-attach` the kind. Enter sends, Shift+Enter makes a new line. */
export class DmComposer extends DmElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = {
    labels: { attribute: false },
    voices: { attribute: false },
    voice: { state: true },
    attachments: { attribute: false },
    limit: { type: Number },
    disabled: { type: Boolean },
    filled: { state: true },
  };
  declare labels: ComposerLabels;
  declare voices: readonly Voice[];
  declare private voice: string;
  /** What only the first voice can send besides text. */
  declare attachments: readonly { kind: string; label: string; icon: IconName }[];
  /** Longest text in UTF-16 units. */
  declare limit: number;
  declare disabled: boolean;
  declare private filled: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        border-block-start: 1px solid var(--dm-line);
        background: var(--dm-surface);
      }
      .inner {
        display: grid;
        gap: 6px;
        max-inline-size: 860px;
        margin: 0 auto;
        padding: 10px var(--dm-space-4) 8px;
      }
      .write {
        display: flex;
        align-items: flex-end;
        gap: var(--dm-space-2);
      }
      label {
        flex: 1;
        min-inline-size: 0;
      }
      textarea {
        display: block;
        inline-size: 100%;
        min-block-size: 44px;
        max-block-size: 160px;
        padding: 10px 16px;
        border: 1px solid var(--dm-line-strong);
        border-radius: 22px;
        background: var(--dm-surface);
        line-height: 1.45;
        resize: none;
        field-sizing: content;
      }
      textarea::placeholder {
        color: var(--dm-muted);
        opacity: 1;
      }
      .operator textarea {
        border-color: var(--dm-brand);
        border-style: dashed;
      }
      .send {
        display: grid;
        place-items: center;
        flex: none;
        inline-size: 44px;
        block-size: 44px;
        padding: 0;
        border: 0;
        border-radius: 50%;
        background: var(--dm-accent);
        color: var(--dm-on-accent);
      }
      .send:hover:enabled {
        background: var(--dm-accent-hover);
      }
      .send:disabled {
        background: var(--dm-sunken);
        color: var(--dm-muted);
      }
      .send:dir(rtl) svg {
        transform: scaleX(-1);
      }
      .tools {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--dm-space-2);
      }
      .attach {
        display: flex;
        gap: 2px;
      }
      @media (max-width: 620px) {
        .inner {
          padding: 8px 10px;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.voices = [];
    this.voice = '';
    this.attachments = [];
    this.limit = 4096;
    this.disabled = false;
    this.filled = false;
  }

  /** Puts words back that could not be sent, unless new ones were begun. */
  restore(text: string): void {
    const area = this.#area();
    if (!area || area.value) return;
    area.value = text;
    this.filled = text.trim() !== '';
  }

  /** Goes on as another voice, ready to write. */
  speakAs(voice: string): void {
    this.voice = voice;
    this.#area()?.focus();
  }

  #area(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  #send(): void {
    const area = this.#area();
    const text = area?.value.trim();
    if (!area || !text || this.disabled) return;
    area.value = '';
    this.filled = false;
    this.emit('dm-send', { text, voice: this.#voice()?.value });
    area.focus();
  }

  #voice(): Voice | undefined {
    return this.voices.find(({ value }) => value === this.voice) ?? this.voices[0];
  }

  #key(event: KeyboardEvent): void {
    // An input method uses Enter to accept a word.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  override render() {
    const voice = this.#voice();
    const first = voice === this.voices[0];
    return html`<div class="inner ${first ? '' : 'operator'}">
      <div class="write">
        <label>
          <span class="sr">${this.labels.message}</span>
          <textarea
            rows="1"
            dir=${this.filled ? 'auto' : nothing}
            enterkeyhint="send"
            maxlength=${this.limit}
            placeholder=${voice?.placeholder ?? ''}
            ?disabled=${this.disabled}
            @input=${(e: Event) => {
              this.filled = (e.target as HTMLTextAreaElement).value.trim() !== '';
            }}
            @keydown=${this.#key}
          ></textarea>
        </label>
        <button
          class="send"
          type="button"
          aria-label=${this.labels.send}
          title=${this.labels.send}
          ?disabled=${this.disabled || !this.filled}
          @click=${this.#send}
        >
          ${icon('send')}
        </button>
      </div>
      <div class="tools">
        <div class="attach">
          ${this.attachments.map(
            ({ kind, label, icon: sign }) =>
              html`<dm-button
                variant="ghost"
                icon=${sign}
                label=${label}
                ?disabled=${this.disabled || !first}
                @click=${() => this.emit('dm-attach', kind)}
              ></dm-button>`,
          )}
        </div>
        ${
          this.voices.length > 1
            ? html`<dm-segments
                shrink
                .label=${this.labels.as}
                .value=${voice?.value ?? ''}
                .segments=${this.voices}
                @dm-change=${(e: CustomEvent<string>) => {
                  this.voice = e.detail;
                }}
              ></dm-segments>`
            : nothing
        }
      </div>
    </div>`;
  }
}

define('dm-composer', DmComposer);
