/** The page of knowledge: its files and what was made of them, what is found and why, what nobody could answer, what was quoted. */
import { css, html, nothing } from 'lit';
import { wordsOf } from '../../ask.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { column } from '../../components/column.ts';
import { whoAmI } from '../../components/page-nav.ts';
import type { DmToast, Toast } from '../../components/toast.ts';
import { frame, introduce, putIntoAddress } from '../../frame.ts';
import { Watch } from '../../watch.ts';
import * as api from './api.ts';
import { i18n, said, t } from './words.ts';
import '../../components/segments.ts';
import '../../components/select.ts';
import './ask.ts';
import './files.ts';
import './questions.ts';
import './quoted.ts';

const VIEWS = ['files', 'ask', 'questions', 'quoted'] as const;
type View = (typeof VIEWS)[number];
const ICONS = { files: 'book', ask: 'question', questions: 'alert', quoted: 'chart' } as const;

/** Between two looks, and while files are read; milliseconds. */
const LOOK = 20_000;
const SOON = 1_500;

const asked = (name: string) => new URLSearchParams(location.search).get(name) ?? '';

/** Shows one view at a time. Its views tell `problem` (an error), `told` (Toast), `base` (a name), `changed`, `write` (a question to answer). */
export class DmKnowledge extends DmElement {
  static override properties = {
    overview: { state: true },
    view: { state: true },
    base: { state: true },
    manages: { state: true },
    draft: { state: true },
  };
  /** Undefined until the server answered. */
  declare private overview: api.Overview | undefined;
  declare private view: View;
  /** The chosen base's name; one that is not there yet is made with its first file. */
  declare private base: string;
  declare private manages: boolean;
  /** A question of the view where one tries, that an answer is written to. */
  declare private draft: string;
  #watch = new Watch(this, {
    look: async () => {
      const overview = await api.overview();
      return () => {
        // Later an empty one is one that is being named.
        if (!this.overview) this.base ||= overview.bases[0]?.name ?? '';
        this.overview = overview;
      };
    },
    every: () => (this.overview?.bases.some(({ reading }) => reading) ? SOON : LOOK),
    problem: (error) => this.#problem(error),
  });

  static override styles = [
    base,
    column,
    css`
      .views {
        min-inline-size: 0;
      }
    `,
  ];

  constructor() {
    super();
    this.view = VIEWS.find((one) => one === asked('view')) ?? 'files';
    this.base = asked('base');
    this.manages = false;
    this.draft = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    introduce('knowledge', i18n);
    void whoAmI().then((session) => {
      this.manages = session?.may.includes('dragoman.manage') ?? false;
    });
  }

  #problem(error: unknown): void {
    this.#tell({ tone: 'bad', ...wordsOf(error, said, t) });
  }

  #tell(toast: Toast): void {
    this.renderRoot.querySelector<DmToast>('dm-toast')?.show(toast);
  }

  #show(view: View): void {
    this.view = view;
    if (view !== 'questions') this.draft = '';
    putIntoAddress({ view });
    this.renderRoot.querySelector('.scroll')?.scrollTo(0, 0);
  }

  #choose(name: string): void {
    this.base = name;
    putIntoAddress({ base: name });
  }

  override render() {
    const { overview, view } = this;
    return frame(
      'knowledge',
      i18n,
      html`<div
        class="scroll"
        @problem=${(e: CustomEvent) => this.#problem(e.detail)}
        @told=${(e: CustomEvent<Toast>) => this.#tell(e.detail)}
        @base=${(e: CustomEvent<string>) => this.#choose(e.detail)}
        @changed=${() => void this.#watch.now()}
        @write=${(e: CustomEvent<string>) => {
          this.draft = e.detail;
          this.#show('questions');
        }}
      >
        <div class="page">
          <div class="top">
            <h1>${t('knowledge.title')}</h1>
            <dm-segments
              class="views"
              wrap
              .label=${t('view.label')}
              .value=${view}
              .segments=${VIEWS.map((value) => ({ value, label: t(`view.${value}`), icon: ICONS[value] }))}
              @dm-change=${(e: CustomEvent<View>) => this.#show(e.detail)}
            ></dm-segments>
          </div>
          ${overview ? this.#view(overview) : nothing}
        </div>
      </div>`,
    );
  }

  #view(overview: api.Overview) {
    const { base, manages } = this;
    switch (this.view) {
      case 'files':
        return html`<knowledge-files .overview=${overview} .base=${base} .manages=${manages}></knowledge-files>`;
      case 'ask':
        return html`<knowledge-ask .overview=${overview} .base=${base} .manages=${manages}></knowledge-ask>`;
      case 'questions':
        return html`<knowledge-questions
          .overview=${overview}
          .base=${base}
          .manages=${manages}
          .draft=${this.draft}
        ></knowledge-questions>`;
      case 'quoted':
        return html`<knowledge-quoted></knowledge-quoted>`;
    }
  }
}

define('dm-knowledge', DmKnowledge);
