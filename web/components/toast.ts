import { css, html, nothing } from 'lit';
import { base, DmElement, define } from './base.ts';
import { icon } from './icons.ts';

export interface Toast {
  tone: 'bad' | 'info';
  /** What happened, one sentence. */
  text: string;
  /** What the reader can do about it. */
  action?: string;
  /** What is particular, in English. */
  detail?: string;
}

/** Milliseconds a notice stays while nobody points at it: time to read, and more for what went wrong. */
const STAY = { info: 6_000, bad: 12_000 };
/** More than this at once is noise; the oldest goes. */
const MOST = 3;

/** The place for short notices, put once into a page. */
export class DmToast extends DmElement {
  static override properties = { closeLabel: {}, toasts: { state: true } };
  declare closeLabel: string;
  declare private toasts: readonly Toast[];
  #timers = new Map<Toast, ReturnType<typeof setTimeout>>();

  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        inset: 64px var(--dm-space-4) auto;
        inline-size: auto;
        margin: 0;
        padding: 0;
        border: 0;
        overflow: visible;
        background: none;
        color: inherit;
        pointer-events: none;
      }
      :host(:popover-open) {
        display: grid;
        justify-items: center;
        gap: var(--dm-space-2);
      }
      .toast {
        display: grid;
        grid-template-columns: auto 1fr auto;
        gap: var(--dm-space-3);
        align-items: start;
        inline-size: min(460px, 100%);
        padding: var(--dm-space-3);
        border: 1px solid var(--dm-line);
        border-inline-start: 4px solid var(--dm-info);
        border-radius: var(--dm-radius-m);
        background: var(--dm-raised);
        box-shadow: var(--dm-shadow-high);
        pointer-events: auto;
      }
      .bad {
        border-inline-start-color: var(--dm-bad);
      }
      .bad > svg {
        color: var(--dm-bad);
      }
      p {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .action {
        margin-block-start: 2px;
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      button {
        display: grid;
        place-items: center;
        inline-size: 28px;
        block-size: 28px;
        padding: 0;
        border: 0;
        border-radius: var(--dm-radius-s);
        background: none;
      }
      button:hover {
        background: var(--dm-hover);
      }
    `,
  ];

  constructor() {
    super();
    this.closeLabel = '';
    this.toasts = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.popover = 'manual';
  }

  /** Shows a notice, above an open dialog too; the same text is not shown twice at once. */
  show(toast: Toast): void {
    this.hidePopover();
    this.showPopover();
    this.toasts = [...this.toasts.filter((t) => t.text !== toast.text), toast].slice(-MOST);
    if (!this.matches(':hover, :focus-within')) this.#wait(toast);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#hold();
  }

  #wait(toast: Toast): void {
    clearTimeout(this.#timers.get(toast));
    this.#timers.set(
      toast,
      setTimeout(() => this.#close(toast), STAY[toast.tone]),
    );
  }

  /** While somebody reads or is about to close, nothing goes. */
  #hold(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #release(): void {
    if (!this.matches(':hover, :focus-within')) for (const toast of this.toasts) this.#wait(toast);
  }

  #close(toast: Toast): void {
    clearTimeout(this.#timers.get(toast));
    this.#timers.delete(toast);
    this.toasts = this.toasts.filter((t) => t !== toast);
    if (this.toasts.length === 0) this.hidePopover();
  }

  override render() {
    return this.toasts.map(
      (toast) => html`<div
        class="toast ${toast.tone}"
        @pointerenter=${this.#hold}
        @pointerleave=${this.#release}
        @focusin=${this.#hold}
        @focusout=${() => setTimeout(() => this.#release())}
        role=${toast.tone === 'bad' ? 'alert' : 'status'}
      >
        ${icon('alert')}
        <div dir="auto">
          <p>${toast.text}</p>
          ${toast.action ? html`<p class="action">${toast.action}</p>` : nothing}
          ${toast.detail ? html`<p class="action" lang="en" dir="auto">${toast.detail}</p>` : nothing}
        </div>
        <button type="button" aria-label=${this.closeLabel} @click=${() => this.#close(toast)}>${icon('close')}</button>
      </div>`,
    );
  }
}

define('dm-toast', DmToast);
