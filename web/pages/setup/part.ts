import { css, html, nothing } from 'lit';
import type { SetupLine, SetupPart, SetupState } from '../../../core/setup/report.ts';
import type { Tone } from '../../components/badge.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { channelIcon, type IconName, icon } from '../../components/icons.ts';
import { guide, t, titleOf, told } from './words.ts';
import '../../components/badge.ts';
import '../../components/button.ts';

export const TONES = {
  ok: 'ok',
  off: 'neutral',
  standin: 'info',
  warn: 'warn',
  missing: 'bad',
} as const satisfies Record<SetupState, Tone>;
const SIGNS = {
  ok: 'check',
  off: 'plus',
  standin: 'system',
  warn: 'alert',
  missing: 'block',
} as const satisfies Record<SetupState, IconName>;
const ICONS = { shop: 'cart', model: 'chat', speech: 'mic', knowledge: 'file', server: 'settings' } as const;

/** One account, the model, … with its lines. Tells `setup-do` with `{ part, deed }`, where `check` is one more deed. */
export class SetupPartElement extends DmElement {
  static override properties = {
    shown: { attribute: false },
    editor: {},
    isBusy: { attribute: false },
  };
  declare shown: SetupPart;
  /** Where the editor is; absent: there is none. */
  declare editor: string | undefined;
  /** Something is asked of it just now. */
  declare isBusy: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        overflow-wrap: anywhere;
      }
      header {
        display: flex;
        align-items: center;
        gap: var(--dm-space-3);
        padding: var(--dm-space-3) var(--dm-space-4);
        border-block-end: 1px solid var(--dm-line);
      }
      .kind {
        display: grid;
        place-items: center;
        flex: none;
        inline-size: 34px;
        block-size: 34px;
        border-radius: var(--dm-radius-m);
        background: var(--dm-accent-soft);
        color: var(--dm-accent);
      }
      h3 {
        flex: 1;
        min-inline-size: 0;
        margin: 0;
        font-size: 1rem;
        line-height: 1.3;
      }
      ul {
        display: grid;
        gap: var(--dm-space-3);
        margin: 0;
        padding: var(--dm-space-3) var(--dm-space-4) var(--dm-space-4);
        list-style: none;
      }
      li.line {
        display: grid;
        grid-template-columns: 22px minmax(0, 1fr);
        gap: 0 var(--dm-space-3);
      }
      .sign {
        display: grid;
        place-items: center;
        inline-size: 22px;
        block-size: 22px;
        border-radius: var(--dm-radius-full);
        font-size: 0.75rem;
      }
      .ok {
        background: var(--dm-ok-soft);
        color: var(--dm-ok);
      }
      .off {
        background: var(--dm-sunken);
        color: var(--dm-muted);
      }
      .standin {
        background: var(--dm-info-soft);
        color: var(--dm-info);
      }
      .warn {
        background: var(--dm-warn-soft);
        color: var(--dm-warn);
      }
      .missing {
        background: var(--dm-bad-soft);
        color: var(--dm-bad);
      }
      p {
        margin: 0;
      }
      .off-words {
        color: var(--dm-muted);
      }
      .todo,
      .detail {
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      .do {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--dm-space-2) var(--dm-space-4);
        margin-block-start: var(--dm-space-2);
      }
      .do:empty {
        display: none;
      }
      dm-button {
        --dm-button-size: 34px;
      }
      a {
        color: var(--dm-accent);
        font-size: var(--dm-size-s);
        font-weight: 550;
      }
      footer {
        padding: 0 var(--dm-space-4) var(--dm-space-4);
      }
      details {
        padding: 0 var(--dm-space-4) var(--dm-space-4);
        font-size: var(--dm-size-s);
      }
      summary {
        color: var(--dm-accent);
        font-weight: 550;
        cursor: pointer;
      }
      ol {
        display: grid;
        gap: var(--dm-space-2);
        margin: var(--dm-space-3) 0 0;
        padding-inline-start: 1.5em;
      }
    `,
  ];

  #do(deed: SetupLine['deed'] | 'check'): void {
    this.emit('setup-do', { part: this.shown, deed });
  }

  /** Accounts and providers are no boxes of a flow: our own part of the editor opens their dialogs. */
  #dialog(node: string): string {
    return `${this.editor}#node/${encodeURIComponent(node)}${['knowledge', 'shop'].includes(this.shown.kind) ? '/edit' : ''}`;
  }

  #line = (line: SetupLine) => {
    const { state, node, deed } = line;
    const { text, todo, detail } = told(line);
    return html`<li class="line">
      <span class="sign ${state}">${icon(SIGNS[state])}</span>
      <div>
        <p class=${state === 'off' ? 'off-words' : ''}>
          <span class="sr">${t(`state.${state}`)}: </span>${text}
        </p>
        ${todo ? html`<p class="todo">${todo}</p>` : nothing}
        ${detail ? html`<p class="detail" lang="en" dir="ltr">${detail}</p>` : nothing}
        <div class="do">${
          deed
            ? html`<dm-button ?disabled=${this.isBusy} @click=${() => this.#do(deed)}>${t(`do.${deed}`)}</dm-button>`
            : nothing
        }${node && this.editor ? html`<a href=${this.#dialog(node)}>${t('do.dialog')}</a>` : nothing}</div>
      </div>
    </li>`;
  };

  #guide(channel: string) {
    const steps = guide(channel);
    if (steps.length === 0) return nothing;
    return html`<details>
      <summary>${t('guide.title')}</summary>
      <ol>
        ${steps.map((step) => html`<li>${step}</li>`)}
      </ol>
    </details>`;
  }

  override render() {
    const { shown } = this;
    const { kind, channel = '', state, lines, real } = shown;
    return html`<header>
        <span class="kind">${icon(kind !== 'account' ? ICONS[kind] : channel === 'call' ? 'phone' : channelIcon(channel))}</span>
        <h3><bdi>${titleOf(shown)}</bdi></h3>
        <dm-badge tone=${TONES[state]}>${t(`state.${state}`)}</dm-badge>
      </header>
      <ul>
        ${lines.map(this.#line)}
      </ul>
      ${
        real
          ? html`<footer>
              <dm-button ?disabled=${this.isBusy} @click=${() => this.#do('check')}>${t(kind === 'shop' ? 'do.ask' : 'do.check')}</dm-button>
            </footer>`
          : nothing
      }
      ${kind === 'account' && state !== 'ok' ? this.#guide(channel) : nothing}`;
  }
}

define('setup-part', SetupPartElement);
