import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import * as api from './api.ts';
import { t } from './words.ts';
import '../../components/button.ts';
import './step.ts';

/** What would be said to a message now, beside what was said then. Tells `problem`. */
export class TimelineRehearsal extends DmElement {
  static override properties = {
    message: {},
    editor: {},
    alone: { type: Boolean },
    result: { state: true },
    busy: { state: true },
  };
  /** The customer's message. */
  declare message: string;
  declare editor: string;
  /** Nothing else is looked at: there is room to say what it does. */
  declare alone: boolean;
  declare private result: api.Rehearsed | undefined;
  declare private busy: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 0 var(--dm-space-4) var(--dm-space-4);
      }
      .note {
        margin: 6px 0 0;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
      .both {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr));
        gap: var(--dm-space-3);
        margin-block-start: var(--dm-space-3);
      }
      section {
        padding: var(--dm-space-3);
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-m);
        overflow-wrap: anywhere;
      }
      section.now {
        border-color: var(--dm-accent);
        background: var(--dm-accent-soft);
      }
      h3 {
        margin: 0 0 4px;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
        font-weight: 600;
      }
      p {
        margin: 0 0 6px;
        white-space: pre-wrap;
      }
      .by {
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
      summary {
        inline-size: fit-content;
        margin-block-start: var(--dm-space-3);
        color: var(--dm-accent);
        font-weight: 550;
        cursor: pointer;
      }
      .steps {
        margin-block-start: var(--dm-space-3);
      }
    `,
  ];

  async #run(): Promise<void> {
    this.busy = true;
    try {
      this.result = await api.rerun(this.message);
    } catch (error) {
      this.emit('problem', error);
    } finally {
      this.busy = false;
    }
  }

  override render() {
    const { result } = this;
    return html`<dm-button ?disabled=${this.busy} @click=${() => void this.#run()}
        >${t(this.busy ? 'ui.rerunning' : 'ui.rerun')}</dm-button
      >
      ${this.alone || result ? html`<p class="note">${t('ui.rerunNote')}</p>` : nothing}
      <div role="status">
        ${
          result
            ? html`<div class="both">
                ${side(t('ui.then'), '', result.before, null)} ${side(t('ui.now'), 'now', result.said, result.error)}
              </div>`
            : nothing
        }
      </div>
      ${
        result
          ? html`<details>
              <summary>${t('ui.details')}</summary>
              <div class="steps">
                ${result.entries.map((entry) => html`<timeline-step .entry=${entry} .editor=${this.editor}></timeline-step>`)}
              </div>
            </details>`
          : nothing
      }`;
  }
}

const side = (heading: string, look: string, said: api.Rehearsed['before'], error: string | null) =>
  html`<section class=${look}>
    <h3>${heading}</h3>
    ${said.map(
      ({ text, kind, model }) =>
        html`<p dir="auto">${text}</p>
          ${kind ? html`<p class="by">${t(`why.answered.${kind}`, { model: model ?? '' })}</p>` : nothing}`,
    )}
    ${said.length === 0 ? html`<p>${error ?? t('ui.silent')}</p>` : nothing}
  </section>`;

define('timeline-rehearsal', TimelineRehearsal);
