/** The page of set-up: what runs with stand-ins, what is real, what is missing, and how each becomes real; the first that a newcomer sees. */
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { SetupLine, SetupPart, SetupReport, SetupState } from '../../../core/setup/report.ts';
import { wordsOf } from '../../ask.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { column } from '../../components/column.ts';
import { icon } from '../../components/icons.ts';
import { type Session, whoAmI } from '../../components/page-nav.ts';
import type { DmToast } from '../../components/toast.ts';
import { frame, introduce } from '../../frame.ts';
import { Watch } from '../../watch.ts';
import * as api from './api.ts';
import { i18n, said, t } from './words.ts';
import './part.ts';

/** Between two looks, while somebody sees the page; milliseconds. */
const LOOK = 10_000;
const SHOWN: readonly SetupState[] = ['missing', 'warn', 'standin', 'ok'];

type Deed = NonNullable<SetupLine['deed']> | 'check';

export class DmSetup extends DmElement {
  static override properties = { report: { state: true }, session: { state: true }, busy: { state: true } };
  declare private report: SetupReport | undefined;
  declare private session: Session | undefined;
  /** Ids of parts of which something is asked just now. */
  declare private busy: readonly string[];

  static override styles = [
    base,
    column,
    css`
      .top {
        align-items: start;
      }
      .top .head {
        flex: 1 1 320px;
        min-inline-size: 0;
      }
      h1 {
        margin-block-end: var(--dm-space-1);
      }
      .ways {
        display: flex;
        flex: 0 1 auto;
        flex-wrap: wrap;
        gap: var(--dm-space-2);
      }
      .page .way {
        display: inline-flex;
        align-items: center;
        gap: var(--dm-space-2);
        min-block-size: 42px;
        padding: 6px 16px;
        border: 1px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        color: inherit;
        font-weight: 600;
        text-decoration: none;
      }
      .page .first {
        border-color: transparent;
        background: var(--dm-accent);
        color: var(--dm-on-accent);
      }
      .page .first:hover {
        background: var(--dm-accent-hover);
      }
      .counts {
        display: grid;
        grid-template-columns: repeat(4, minmax(0, 1fr));
        gap: var(--dm-space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .counts li {
        padding: var(--dm-space-3) var(--dm-space-4);
        border: 1px solid var(--dm-line);
        border-inline-start: 4px solid var(--tone);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      .counts b {
        display: block;
        color: var(--dm-text);
        font-size: 1.5rem;
        line-height: 1.2;
        font-variant-numeric: tabular-nums;
      }
      .missing {
        --tone: var(--dm-bad);
      }
      .warn {
        --tone: var(--dm-warn);
      }
      .standin {
        --tone: var(--dm-info);
      }
      .ok {
        --tone: var(--dm-ok);
      }
      h2 {
        margin: var(--dm-space-3) 0 0;
        font-size: 1.0625rem;
      }
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr));
        align-items: start;
        gap: var(--dm-space-4);
      }
      .last {
        margin: 0;
        font-size: var(--dm-size-s);
      }
      @media (max-width: 620px) {
        .counts {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }
    `,
  ];

  constructor() {
    super();
    this.busy = [];
    new Watch(this, { look: () => this.#look(), every: () => LOOK, problem: (error) => this.#problem(error) });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    introduce('setup', i18n);
    void whoAmI().then((found) => {
      this.session = found;
    });
  }

  async #look(): Promise<() => void> {
    const report = await api.report();
    return () => {
      const before = this.report?.parts ?? [];
      this.report = report;
      for (const part of report.parts) if (isNews(part, before)) void this.#do(part, 'check');
    };
  }

  #problem(error: unknown): void {
    this.renderRoot.querySelector<DmToast>('dm-toast')?.show({ tone: 'bad', ...wordsOf(error, said, t) });
  }

  async #do(part: SetupPart, deed: Deed): Promise<void> {
    const key = keyOf(part);
    if (this.busy.includes(key)) return;
    this.busy = [...this.busy, key];
    try {
      const answer = await {
        check: () => (part.kind === 'shop' ? api.askShop(part.id) : api.check(part.id)),
        register: () => api.register(part.id),
        try: () => api.tryModel(part.id, part.prefix ?? ''),
      }[deed]();
      const { report } = this;
      if (report) this.report = { ...report, parts: report.parts.map((one) => (keyOf(one) === key ? answer : one)) };
    } catch (error) {
      this.#problem(error);
    } finally {
      this.busy = this.busy.filter((one) => one !== key);
    }
  }

  override render() {
    const { report } = this;
    return frame(
      'setup',
      i18n,
      html`<div class="scroll">
        ${report ? html`<div class="page">${this.#top(report)}${this.#parts(report)}</div>` : nothing}
      </div>`,
    );
  }

  #top({ parts }: SetupReport) {
    const { session } = this;
    const count = (state: SetupState) => parts.filter((part) => part.state === state).length;
    const needs = count('missing');
    const summary = needs
      ? t('top.missing', { n: needs })
      : count('warn')
        ? t('top.warn')
        : count('standin')
          ? t('top.standin')
          : t('top.ok');
    return html`<div class="top">
        <div class="head">
          <h1>${t('setup.title')}</h1>
          <p class="last quiet">${summary}</p>
        </div>
        <div class="ways">
          ${
            session?.pages.includes('simulator')
              ? html`<a class="way first" href="simulator">${icon('chat')}${t('top.simulator')}</a>`
              : nothing
          }
          ${
            session?.editor
              ? html`<a class="way" href=${session.editor}>${icon('flow')}${t('top.editor')}</a>`
              : nothing
          }
        </div>
      </div>
      <ul class="counts">
        ${SHOWN.map(
          (state) =>
            html`<li class=${state}><b>${count(state).toLocaleString(i18n.language)}</b>${t(`state.${state}`)}</li>`,
        )}
      </ul>`;
  }

  #parts({ parts }: SetupReport) {
    const section = (title: string, shown: SetupPart[]) =>
      shown.length > 0
        ? html`<h2>${title}</h2>
            <div class="cards">
              ${repeat(
                shown,
                keyOf,
                (part) => html`<setup-part
                  .shown=${part}
                  .editor=${this.session?.editor}
                  .isBusy=${this.busy.includes(keyOf(part))}
                  @setup-do=${(e: CustomEvent<{ part: SetupPart; deed: Deed }>) => this.#do(e.detail.part, e.detail.deed)}
                ></setup-part>`,
              )}
            </div>`
        : nothing;
    const of = (...kinds: SetupPart['kind'][]) => parts.filter(({ kind }) => kinds.includes(kind));
    const accounts = of('account');
    return html`${accounts.length > 0 ? section(t('section.channels'), accounts) : html`<p class="quiet">${t('section.noChannels')}</p>`}
      ${section(t('section.shops'), of('shop'))}
      ${section(t('section.answers'), of('model', 'knowledge', 'speech'))}
      ${section(t('section.server'), of('server'))}
      <p class="last quiet">${t('last.doctor')} <code dir="ltr">npx dragoman doctor</code></p>`;
  }
}

/** Whether its platform is to be asked: once a visit, and when a deploy made it real or another. */
function isNews(part: SetupPart, before: readonly SetupPart[]): boolean {
  if (!part.real || part.kind !== 'account') return false;
  const known = before.find((one) => keyOf(one) === keyOf(part));
  return !known?.real || (isTold(known) && !isTold(part));
}

const isTold = ({ lines }: SetupPart) => lines.some(({ code }) => code === 'account.who' || code === 'account.refused');

const keyOf = ({ kind, id, prefix = '' }: SetupPart) => `${kind} ${id} ${prefix}`;

define('dm-setup', DmSetup);
