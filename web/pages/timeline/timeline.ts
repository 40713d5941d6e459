/** The page that tells what happened to a message, or in a conversation, and why. */
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { wordsOf } from '../../ask.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { whoAmI } from '../../components/page-nav.ts';
import type { DmToast } from '../../components/toast.ts';
import { frame, introduce } from '../../frame.ts';
import * as api from './api.ts';
import { i18n, said, t } from './words.ts';
import '../../components/badge.ts';
import '../../components/banner.ts';
import '../../components/button.ts';
import '../../components/empty.ts';
import './group.ts';

export class DmTimeline extends DmElement {
  static override properties = {
    timeline: { state: true },
    editor: { state: true },
    manages: { state: true },
    loading: { state: true },
  };
  declare private timeline: api.Timeline | undefined;
  declare private editor: string;
  declare private manages: boolean;
  declare private loading: boolean;
  readonly #wanted = new URLSearchParams(location.search);

  static override styles = [
    base,
    css`
      .whole {
        block-size: 100%;
        overflow: auto;
      }
      .column {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-4);
        max-inline-size: 820px;
        margin-inline: auto;
        padding: var(--dm-space-5) var(--dm-space-4) var(--dm-space-6);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: var(--dm-space-2) var(--dm-space-3);
        align-items: center;
      }
      h1 {
        margin: 0;
        font-size: 1.35rem;
        overflow-wrap: anywhere;
      }
      .head a {
        margin-inline-start: auto;
        color: var(--dm-accent);
        font-weight: 550;
      }
      .older {
        justify-self: center;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    introduce('timeline', i18n);
    void this.#load();
  }

  async #load(before?: number): Promise<void> {
    const message = this.#wanted.get('message');
    const conversation = this.#wanted.get('conversation');
    this.loading = true;
    try {
      const session = await whoAmI();
      this.editor = session?.editor ?? '';
      this.manages = session?.may.includes('dragoman.manage') ?? false;
      const found = message
        ? await api.ofMessage(message)
        : conversation
          ? await api.ofConversation(conversation, before)
          : undefined;
      if (!found) return;
      const known = before === undefined ? [] : (this.timeline?.groups ?? []);
      this.timeline = { ...found, groups: [...found.groups, ...known] };
      if (before === undefined) await this.#toEnd();
    } catch (error) {
      this.#problem(error);
    } finally {
      this.loading = false;
    }
  }

  /** What was said last is what people come for. */
  async #toEnd(): Promise<void> {
    await this.updateComplete;
    const groups = this.renderRoot.querySelectorAll('timeline-group');
    if (groups.length > 1) groups[groups.length - 1]?.scrollIntoView({ block: 'start' });
  }

  #problem(error: unknown): void {
    this.renderRoot.querySelector<DmToast>('dm-toast')?.show({ tone: 'bad', ...wordsOf(error, said, t) });
  }

  override render() {
    return frame(
      'timeline',
      i18n,
      html`<div class="whole" @problem=${(e: CustomEvent<unknown>) => this.#problem(e.detail)}>
        <div class="column" aria-busy=${this.loading ? 'true' : nothing}>${this.#content()}</div>
      </div>`,
    );
  }

  #content() {
    const { timeline } = this;
    if (!timeline)
      return this.loading
        ? nothing
        : html`<dm-empty icon="trace" heading=${t('ui.nothing')} text=${t('ui.nothingText')}></dm-empty>`;
    const { conversation, groups, before, off } = timeline;
    const isOne = this.#wanted.has('message');
    const lang = this.#wanted.get('lang');
    const whole = new URLSearchParams({ conversation: conversation.id, ...(lang && { lang }) });
    return html`<div class="head">
        <h1><bdi>${conversation.name ?? conversation.account}</bdi></h1>
        <dm-badge tone="info">${conversation.name ? conversation.account : conversation.channel}</dm-badge>
        <dm-badge>${t(`status.${conversation.status as 'active'}`)}</dm-badge>
        ${isOne ? html`<a href="timeline?${whole}">${t('ui.whole')}</a>` : nothing}
      </div>
      ${off ? html`<dm-banner>${t('ui.off')}</dm-banner>` : nothing}
      ${
        before === null
          ? nothing
          : html`<dm-button class="older" ?disabled=${this.loading} @click=${() => void this.#load(before)}
              >${t('ui.older')}</dm-button
            >`
      }
      ${groups.length === 0 ? html`<dm-empty icon="trace" heading=${t('ui.empty')} text=${t('ui.emptyText')}></dm-empty>` : nothing}
      ${repeat(
        groups,
        ({ id }) => id,
        (group) =>
          html`<timeline-group
            .group=${group}
            .editor=${this.editor}
            .manages=${this.manages}
            .open=${isOne}
          ></timeline-group>`,
      )}`;
  }
}

define('dm-timeline', DmTimeline);
