import { css, html, nothing } from 'lit';
import type { Tone } from '../../components/badge.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import * as api from './api.ts';
import { looks } from './looks.ts';
import { languageName, size, t, time } from './words.ts';
import '../../components/badge.ts';
import '../../components/button.ts';

type Shown = api.File['state'] | 'partly';
const TONES: Record<Shown, Tone> = {
  read: 'ok',
  partly: 'warn',
  empty: 'warn',
  failed: 'bad',
  waiting: 'info',
  ignored: 'neutral',
};

/** One file: what was made of it, what could not be read, and its passages where one asks for them. Tells `changed`, `problem`. */
export class KnowledgeFile extends DmElement {
  static override properties = {
    base: {},
    file: { attribute: false },
    manages: { type: Boolean },
    passages: { state: true },
    open: { state: true },
    isSure: { state: true },
  };
  declare base: string;
  declare file: api.File;
  declare manages: boolean;
  /** Undefined until they were asked for. */
  declare private passages: api.Passage[] | undefined;
  declare private open: boolean;
  /** It is asked whether the file shall go. */
  declare private isSure: boolean;

  static override styles = [
    base,
    looks,
    css`
      .row > .wide {
        flex-basis: 7rem;
      }
      .name {
        display: flex;
        align-items: center;
        gap: var(--dm-space-2);
        font-weight: 600;
      }
      .name svg {
        color: var(--dm-muted);
      }
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-3);
        margin: var(--dm-space-2) 0 0;
        padding: 0;
        list-style: none;
      }
      ol li {
        padding-inline-start: var(--dm-space-3);
        border-inline-start: 3px solid var(--dm-line);
      }
      ul {
        margin: 0;
        padding-inline-start: 1.2em;
        font-size: var(--dm-size-s);
      }
    `,
  ];

  constructor() {
    super();
    this.open = false;
    this.isSure = false;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get('file') as api.File | undefined;
    if (!before || JSON.stringify(before) === JSON.stringify(this.file)) return;
    this.passages = undefined;
    if (this.open) void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.passages = await api.passages(this.base, this.file.name);
    } catch (error) {
      this.emit('problem', error);
    }
  }

  async #remove(): Promise<void> {
    try {
      await api.remove(this.base, this.file.name);
    } catch (error) {
      this.emit('problem', error);
    }
    this.isSure = false;
    this.emit('changed');
  }

  #toggled(event: Event): void {
    this.open = (event.target as HTMLDetailsElement).open;
    if (this.open && !this.passages) void this.#load();
  }

  override render() {
    const { name, bytes, changedAt, state, passages, notes, error } = this.file;
    const shown: Shown = state === 'read' && notes.length > 0 ? 'partly' : state;
    return html`<article class="card" aria-labelledby="name">
      <div class="row">
        <div class="wide">
          <h3 class="name">${icon('file')}<bdi id="name">${name}</bdi></h3>
          <p class="quiet"><bdi>${size(bytes)}</bdi> · <time>${time(changedAt)}</time></p>
        </div>
        ${passages > 0 ? html`<span class="quiet">${t('base.passages', { n: passages })}</span>` : nothing}
        <dm-badge tone=${TONES[shown]}>${t(`file.${shown}`)}</dm-badge>
        ${
          this.manages
            ? html`<dm-button
                variant="ghost"
                icon="trash"
                label=${t('file.remove', { file: name })}
                @click=${() => {
                  this.isSure = true;
                }}
              ></dm-button>`
            : nothing
        }
      </div>
      ${this.isSure ? this.#sure() : nothing}
      ${state === 'ignored' ? html`<p class="quiet">${t('file.ignoredNote')}</p>` : nothing}
      ${state === 'empty' && notes.length === 0 ? html`<p class="quiet">${t('file.emptyNote')}</p>` : nothing}
      ${
        error === undefined
          ? nothing
          : html`<p lang="en" dir="ltr" class="text">${error}</p>
              ${passages > 0 ? html`<p class="quiet">${t('file.stale')}</p>` : nothing}`
      }
      ${
        notes.length > 0
          ? html`<ul lang="en" dir="ltr">
              ${notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
          : nothing
      }
      ${
        passages > 0
          ? html`<details @toggle=${this.#toggled}>
              <summary>${t('file.passages')}</summary>
              ${this.passages ? this.#passages(this.passages) : nothing}
            </details>`
          : nothing
      }
    </article>`;
  }

  #sure() {
    return html`<div class="row" role="alertdialog" aria-labelledby="sure">
      <span id="sure" class="wide">${t('file.removeSure', { file: this.file.name })}</span>
      <dm-button variant="danger" @click=${this.#remove}>${t('file.removeYes')}</dm-button>
      <dm-button
        @click=${() => {
          this.isSure = false;
        }}
        >${t('file.removeNo')}</dm-button
      >
    </div>`;
  }

  #passages(passages: readonly api.Passage[]) {
    return html`<ol>
      ${passages.map(
        ({ title, text, language }) => html`<li>
          <div class="row">
            <strong><bdi>${title}</bdi></strong>
            ${language ? html`<span class="quiet">${languageName(language)}</span>` : nothing}
          </div>
          <p class="text" dir="auto" lang=${language ?? nothing}>${text}</p>
        </li>`,
      )}
    </ol>`;
  }
}

define('knowledge-file', KnowledgeFile);
