import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import type { Toast } from '../../components/toast.ts';
import { Watch } from '../../watch.ts';
import * as api from './api.ts';
import { looks } from './looks.ts';
import { list, size, t } from './words.ts';
import '../../components/badge.ts';
import '../../components/button.ts';
import '../../components/empty.ts';
import '../../components/field.ts';
import './file.ts';

/** Between two looks, and while files are read; milliseconds. */
const LOOK = 15_000;
const SOON = 1_500;

/** The bases, the files of the chosen one, and the place where new files are dropped. Tells `base`, `changed`, `told`, `problem`. */
export class KnowledgeFiles extends DmElement {
  static override properties = {
    overview: { attribute: false },
    base: {},
    manages: { type: Boolean },
    files: { state: true },
    isNew: { state: true },
    over: { state: true },
    sending: { state: true },
  };
  declare overview: api.Overview;
  declare base: string;
  declare manages: boolean;
  /** Of the chosen base; undefined until the server answered. */
  declare private files: api.File[] | undefined;
  /** A base is being named. */
  declare private isNew: boolean;
  /** Something is dragged over the place. */
  declare private over: boolean;
  /** Files on their way. */
  declare private sending: number;
  #watch = new Watch(this, {
    look: async () => {
      const { base } = this;
      const files = base ? await api.files(base) : [];
      return () => {
        if (base === this.base) this.files = files;
      };
    },
    every: () => (this.files?.some(({ state }) => state === 'waiting') ? SOON : LOOK),
    problem: (error) => this.emit('problem', error),
  });

  static override styles = [
    base,
    looks,
    css`
      .bases {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 150px), 1fr));
        gap: var(--dm-space-3);
      }
      .base {
        display: grid;
        align-content: start;
        justify-items: start;
        gap: 2px;
        padding: var(--dm-space-3) var(--dm-space-4);
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        text-align: start;
      }
      .base:hover {
        background: var(--dm-hover);
      }
      .base[aria-pressed='true'] {
        border-color: var(--dm-accent);
        box-shadow: inset 0 0 0 1px var(--dm-accent);
      }
      .base dm-badge {
        max-inline-size: 100%;
        white-space: normal;
      }
      .base strong {
        font-size: var(--dm-size-m);
      }
      .add {
        display: flex;
        align-items: center;
        gap: var(--dm-space-2);
        border-style: dashed;
        background: none;
        color: var(--dm-accent);
        font-weight: 550;
      }
      .drop {
        display: grid;
        justify-items: center;
        gap: var(--dm-space-2);
        padding: var(--dm-space-4);
        border: 2px dashed var(--dm-line-strong);
        border-radius: var(--dm-radius-l);
        text-align: center;
      }
      .drop.over {
        border-color: var(--dm-accent);
        background: var(--dm-accent-soft);
      }
      .drop > svg {
        color: var(--dm-accent);
        font-size: 1.6rem;
      }
      dm-field {
        max-inline-size: 420px;
      }
    `,
  ];

  constructor() {
    super();
    this.isNew = false;
    this.over = false;
    this.sending = 0;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('base') || changed.get('base') === undefined) return;
    this.files = undefined;
    void this.#watch.now();
  }

  #tell(toast: Toast): void {
    this.emit('told', toast);
  }

  async #send(files: readonly globalThis.File[]): Promise<void> {
    const { kinds, most } = this.overview;
    const { base } = this;
    if (!base) return this.#tell({ tone: 'bad', text: t('drop.nobase') });
    const fitting = files.filter(({ name, size: bytes }) => {
      const isKind = kinds.some((kind) => name.toLowerCase().endsWith(kind));
      if (!isKind) this.#tell({ tone: 'bad', text: t('drop.kind', { file: name }), action: kindsOf(kinds) });
      else if (bytes > most)
        this.#tell({
          ...{ tone: 'bad', text: t('drop.tooLarge', { file: name, size: size(bytes), most: size(most) }) },
          action: t('drop.tooLargeAction'),
        });
      return isKind && bytes <= most;
    });
    this.sending += fitting.length;
    for (const file of fitting) {
      await api.put(base, file, file.name).then(
        (made) => this.#tell(told(file.name, made)),
        (error) => this.emit('problem', error),
      );
      this.sending--;
      this.isNew = false;
      this.emit('changed');
      await this.#watch.now();
    }
  }

  #dropped(event: DragEvent): void {
    event.preventDefault();
    this.over = false;
    void this.#send([...(event.dataTransfer?.files ?? [])]);
  }

  override render() {
    const { bases } = this.overview;
    return html`${bases.length === 0 ? this.#none() : this.#bases(bases)}
      ${this.isNew || (bases.length === 0 && this.manages) ? this.#naming() : nothing}
      ${this.manages ? this.#drop() : nothing}
      ${this.base && !this.isNew ? this.#files() : nothing}`;
  }

  #none() {
    return html`<dm-empty icon="book" heading=${t('base.none')} text=${t('base.noneText')}></dm-empty>`;
  }

  #bases(bases: readonly api.Base[]) {
    return html`<div class="bases" role="group" aria-label=${t('base.label')}>
      ${bases.map(
        ({ name, files, passages, unread, reading }) => html`<button
          type="button"
          class="base"
          aria-pressed=${name === this.base && !this.isNew}
          @click=${() => {
            this.isNew = false;
            this.emit('base', name);
          }}
        >
          <strong><bdi>${name}</bdi></strong>
          <span class="quiet">${t('base.files', { n: files })} · ${t('base.passages', { n: passages })}</span>
          ${reading ? html`<dm-badge tone="info">${t('base.reading')}</dm-badge>` : nothing}
          ${unread > 0 ? html`<dm-badge tone="warn">${t('base.unread', { n: unread })}</dm-badge>` : nothing}
        </button>`,
      )}
      ${
        this.manages
          ? html`<button
              type="button"
              class="base add"
              aria-pressed=${this.isNew}
              @click=${() => {
                this.isNew = true;
                this.emit('base', '');
              }}
            >
              ${icon('plus')}${t('base.new')}
            </button>`
          : nothing
      }
    </div>`;
  }

  #naming() {
    return html`<dm-field
      label=${t('base.newName')}
      note=${t('base.newNote')}
      .value=${this.base}
      @dm-change=${(e: CustomEvent<string>) => this.emit('base', e.detail.trim())}
    ></dm-field>`;
  }

  #drop() {
    const { kinds, most } = this.overview;
    return html`<div
      class="drop ${this.over ? 'over' : ''}"
      @dragover=${(e: DragEvent) => {
        e.preventDefault();
        this.over = true;
      }}
      @dragleave=${() => {
        this.over = false;
      }}
      @drop=${this.#dropped}
    >
      ${icon('file')}
      <h2>${t('drop.heading')}</h2>
      <p class="quiet">${t('drop.kinds', { kinds: kindsOf(kinds), most: size(most) })}</p>
      <dm-button variant="primary" @click=${() => this.renderRoot.querySelector('input')?.click()}>
        ${t('drop.choose')}
      </dm-button>
      <input
        type="file"
        hidden
        multiple
        accept=${kinds.join(',')}
        aria-label=${t('drop.choose')}
        @change=${(e: Event) => {
          const input = e.target as HTMLInputElement;
          void this.#send([...(input.files ?? [])]);
          input.value = '';
        }}
      />
      <p class="quiet" role="status">${this.sending > 0 ? t('drop.sending', { n: this.sending }) : nothing}</p>
    </div>`;
  }

  #files() {
    if (!this.files) return nothing;
    if (this.files.length === 0) return html`<p class="quiet">${t('file.none')}</p>`;
    return html`<ul class="all">
      ${repeat(
        this.files,
        ({ name }) => name,
        (file) =>
          html`<li>
            <knowledge-file
              .base=${this.base}
              .file=${file}
              .manages=${this.manages}
              @changed=${() => void this.#watch.now()}
            ></knowledge-file>
          </li>`,
      )}
    </ul>`;
  }
}

/** Without their points, which wander where text runs from the right. */
const kindsOf = (endings: readonly string[]) =>
  list(endings.filter((ending) => ending !== '.htm').map((ending) => ending.slice(1).toUpperCase()));

/** What is said of a file that was sent. */
function told(file: string, made: api.File | null): Toast {
  if (!made || made.state === 'waiting') return { tone: 'info', text: t('drop.doneWaiting', { file }) };
  if (made.state === 'failed') return { tone: 'bad', text: t('drop.doneFailed', { file }), detail: made.error };
  if (made.state === 'empty') return { tone: 'bad', text: t('drop.doneEmpty', { file }), detail: made.notes[0] };
  return { tone: 'info', text: t('drop.done', { file, passages: t('base.passages', { n: made.passages }) }) };
}

define('knowledge-files', KnowledgeFiles);
