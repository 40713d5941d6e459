import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base, DmElement, define } from '../../components/base.ts';
import type { Toast } from '../../components/toast.ts';
import { Watch } from '../../watch.ts';
import * as api from './api.ts';
import { looks } from './looks.ts';
import { comma, languageName, t, time } from './words.ts';
import '../../components/badge.ts';
import '../../components/button.ts';
import '../../components/empty.ts';
import './answer.ts';

/** Between two looks, while somebody sees the list; milliseconds. */
const LOOK = 10_000;

/** What nobody could answer, grouped, and the place to write an answer. Tells `told`, `changed`, `problem`. */
export class KnowledgeQuestions extends DmElement {
  static override properties = {
    overview: { attribute: false },
    base: {},
    manages: { type: Boolean },
    draft: {},
    board: { state: true },
    writing: { state: true },
  };
  declare overview: api.Overview;
  /** Where an answer to `draft` goes. */
  declare base: string;
  declare manages: boolean;
  /** A question that nobody asked yet and that an answer is written to; empty: none. */
  declare draft: string;
  /** Undefined until the server answered. */
  declare private board: Awaited<ReturnType<typeof api.questions>> | undefined;
  /** The group that is being answered; empty: none. */
  declare private writing: string;
  #watch = new Watch(this, {
    look: async () => {
      const board = await api.questions();
      return () => {
        this.board = board;
      };
    },
    every: () => LOOK,
    problem: (error) => this.emit('problem', error),
  });

  static override styles = [base, looks];

  constructor() {
    super();
    this.draft = '';
    this.writing = '';
  }

  #kept({ detail: { file, place } }: CustomEvent<{ file: string; place: number | null }>): void {
    const action =
      place === null ? t('answer.unfound') : place === 1 ? t('answer.first') : t('answer.place', { n: place });
    this.emit('told', {
      tone: place === null ? 'bad' : 'info',
      text: t('answer.kept', { file }),
      action,
    } satisfies Toast);
    this.writing = '';
    this.draft = '';
    this.emit('changed');
    void this.#watch.now();
  }

  async #dismiss(id: string): Promise<void> {
    try {
      await api.dismiss(id);
    } catch (error) {
      this.emit('problem', error);
    }
    await this.#watch.now();
  }

  override render() {
    const { board, draft } = this;
    if (!board) return nothing;
    return html`${draft ? html`<div class="card">${this.#answer({ base: this.base, title: draft, language: '' })}</div>` : nothing}
    ${
      board.groups.length === 0
        ? html`<dm-empty icon="check" heading=${t('questions.none')} text=${t('questions.noneText')}></dm-empty>`
        : html`<p class="quiet">${t('questions.intro')}</p>
            <ul class="all">
              ${repeat(
                board.groups,
                ({ id }) => id,
                (group) => this.#group(group),
              )}
            </ul>
            ${board.more ? html`<p class="quiet">${t('questions.more')}</p>` : nothing}`
    }`;
  }

  #group(group: api.Group) {
    const { id, base, text, others, language, count, why, lastAt, conversationId } = group;
    const reasons = (Object.entries(why) as [api.Lack, number][]).map(([name, n]) => t(`why.${name}`, { n }));
    return html`<li>
      <article class="card" aria-labelledby="question-${id}">
        <div class="row">
          <h3 class="wide" id="question-${id}"><bdi>${text}</bdi></h3>
          <dm-badge tone=${count > 1 ? 'warn' : 'neutral'}>${t('group.times', { n: count })}</dm-badge>
        </div>
        <p class="quiet">
          <bdi>${base}</bdi> · ${languageName(language)} · ${t('group.last', { time: time(lastAt) })} ·
          ${reasons.join(comma)}
        </p>
        ${
          others.length > 0
            ? html`<details>
                <summary>${t('group.others')}</summary>
                <ul>
                  ${others.map((other) => html`<li dir="auto">${other}</li>`)}
                </ul>
              </details>`
            : nothing
        }
        ${
          this.writing === id
            ? this.#answer(group)
            : html`<div class="row">
                ${
                  this.manages
                    ? html`<dm-button
                          variant="primary"
                          @click=${() => {
                            this.writing = id;
                          }}
                          >${t('answer.heading')}</dm-button
                        >
                        <dm-button @click=${() => this.#dismiss(id)}>${t('group.dismiss')}</dm-button>`
                    : nothing
                }
                <a href="timeline?conversation=${encodeURIComponent(conversationId)}">${t('group.conversation')}</a>
              </div>`
        }
      </article>
    </li>`;
  }

  #answer({ base, title, language, id }: Pick<api.Group, 'base' | 'title' | 'language'> & { id?: string }) {
    return html`<knowledge-answer
      .bases=${this.overview.bases.map(({ name }) => name)}
      .given=${{ base, title, language, question: id }}
      @kept=${this.#kept}
      @cancel=${() => {
        this.writing = '';
        this.draft = '';
      }}
    ></knowledge-answer>`;
  }
}

define('knowledge-questions', KnowledgeQuestions);
