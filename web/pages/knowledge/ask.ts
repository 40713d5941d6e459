import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import { putIntoAddress } from '../../frame.ts';
import * as api from './api.ts';
import { looks } from './looks.ts';
import { languageName, percent, t } from './words.ts';
import '../../components/badge.ts';
import '../../components/bar.ts';
import '../../components/button.ts';
import '../../components/empty.ts';
import '../../components/select.ts';

/** From here on a passage covers so much that it may be quoted; docs/adr/0004. */
const ENOUGH = 0.4;
/** A word that is found with so much likeness is the same for a reader. */
const SAME = 0.995;

/** A question is tried: what is found, and why. Tells `base`, `write` (the question), `problem`. */
export class KnowledgeAsk extends DmElement {
  static override properties = {
    overview: { attribute: false },
    base: {},
    manages: { type: Boolean },
    question: { state: true },
    result: { state: true },
    isAsking: { state: true },
  };
  declare overview: api.Overview;
  declare base: string;
  declare manages: boolean;
  declare private question: string;
  /** Undefined: nothing was asked yet. */
  declare private result: api.Search | undefined;
  declare private isAsking: boolean;

  static override styles = [
    base,
    looks,
    css`
      .quote {
        border-inline-start: 4px solid var(--dm-ok);
      }
      .quote.none {
        border-inline-start-color: var(--dm-line-strong);
      }
      .score {
        display: flex;
        align-items: center;
        gap: var(--dm-space-2);
        font-size: var(--dm-size-s);
      }
      dm-bar {
        inline-size: 90px;
      }
      .place {
        display: grid;
        place-items: center;
        inline-size: 26px;
        block-size: 26px;
        border-radius: 50%;
        background: var(--dm-sunken);
        font-size: var(--dm-size-s);
        font-weight: 650;
      }
      .chips {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .chips li {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        padding: 1px 9px;
        border-radius: var(--dm-radius-full);
        background: var(--dm-ok-soft);
        color: var(--dm-ok);
        font-size: var(--dm-size-xs);
        font-weight: 600;
      }
      .chips li.missing {
        background: var(--dm-sunken);
        color: var(--dm-muted);
        font-weight: 500;
      }
    `,
  ];

  constructor() {
    super();
    this.question = new URLSearchParams(location.search).get('q') ?? '';
    this.isAsking = false;
  }

  protected override firstUpdated(): void {
    if (this.question) void this.#ask();
  }

  async #ask(): Promise<void> {
    const question = this.question.trim();
    if (!question || !this.base || this.isAsking) return;
    this.isAsking = true;
    putIntoAddress({ q: question });
    try {
      this.result = await api.search(this.base, question);
    } catch (error) {
      this.emit('problem', error);
    }
    this.isAsking = false;
  }

  override render() {
    const { bases, byMeaning } = this.overview;
    return html`<div class="card">
        <label class="field">
          <span>${t('ask.label')}</span>
          <textarea
            rows="2"
            dir="auto"
            maxlength="2000"
            .value=${this.question}
            @input=${(e: Event) => {
              this.question = (e.target as HTMLTextAreaElement).value;
            }}
            @keydown=${(e: KeyboardEvent) => {
              if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
              e.preventDefault();
              void this.#ask();
            }}
          ></textarea>
        </label>
        <div class="row">
          <dm-select
            .label=${t('base.label')}
            .value=${this.base}
            .options=${bases.map(({ name }) => ({ value: name, label: name }))}
            @dm-change=${(e: CustomEvent<string>) => {
              this.result = undefined;
              this.emit('base', e.detail);
            }}
          ></dm-select>
          <dm-button variant="primary" ?disabled=${this.isAsking} @click=${this.#ask}>${t('ask.button')}</dm-button>
          <span class="quiet wide">${t(byMeaning ? 'ask.meaning' : 'ask.words')}</span>
        </div>
      </div>
      <p class="sr" role="status">${this.result ? t('base.passages', { n: this.result.found.length }) : nothing}</p>
      ${this.result ? this.#result(this.result) : nothing}`;
  }

  #result({ found, quoted }: api.Search) {
    const write = this.manages
      ? html`<dm-button icon="plus" @click=${() => this.emit('write', this.question.trim())}>${t('ask.write')}</dm-button>`
      : nothing;
    if (found.length === 0)
      return html`<dm-empty icon="question" heading=${t('ask.nothing')} text=${t('ask.nothingText')}>${write}</dm-empty>`;
    return html`${
      quoted === null
        ? html`<div class="card quote none">
            <div class="row"><p class="wide">${t('ask.notQuoted')}</p>${write}</div>
          </div>`
        : html`<div class="card quote">
            <h2>${t('ask.quoted')}</h2>
            <p class="text" dir="auto">${quoted}</p>
          </div>`
    }
      <ol class="all">
        ${found.map((one, at) => this.#found(one, at + 1))}
      </ol>`;
  }

  #found({ source, title, text, language, score, words, nearest }: api.Found, place: number) {
    return html`<li class="card">
      <div class="row">
        <span class="place">${place.toLocaleString(document.documentElement.lang)}</span>
        <h3 class="wide"><bdi>${pieces(title)}</bdi></h3>
        <span class="score">
          <dm-bar share=${score} tone=${score >= ENOUGH ? 'ok' : 'warn'}></dm-bar>
          ${t('found.covers', { share: percent(score) })}
        </span>
      </div>
      <p class="text" dir="auto" lang=${language ?? nothing}>${pieces(text)}</p>
      <ul class="chips" aria-label=${t('found.words')}>
        ${words.map(chip)}
        ${nearest === undefined ? nothing : html`<li>${icon('trace')}${t('found.nearest', { n: nearest })}</li>`}
      </ul>
      <p class="quiet"><bdi>${source}</bdi>${language ? html` · ${languageName(language)}` : nothing}</p>
    </li>`;
  }
}

const pieces = (all: readonly api.Piece[]) => all.map(({ text, hit }) => (hit ? html`<mark>${text}</mark>` : text));

function chip({ word, found, likeness = 1 }: api.WordFound) {
  if (found === undefined) return html`<li class="missing">${icon('close')}${t('found.missing', { word })}</li>`;
  const isSame = likeness > SAME || word === found;
  return html`<li>${icon('check')}${isSame ? word : t('found.like', { word, found })}</li>`;
}

define('knowledge-ask', KnowledgeAsk);
