import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import type { Detail, Words } from './api.ts';
import * as api from './api.ts';
import { rowLooks, rowTemplate } from './row.ts';
import { languageName, t, time } from './words.ts';
import '../../components/badge.ts';
import '../../components/button.ts';
import '../../components/select.ts';

/** Who the person is, and what colleagues note of the conversation. Tells `act` (a call of the server), `open` (id). */
export class InboxContact extends DmElement {
  static override properties = {
    detail: { attribute: false },
    words: { attribute: false },
    user: {},
    may: { type: Boolean },
  };
  declare detail: Detail;
  declare words: Words | undefined;
  /** Who is signed in. */
  declare user: string;
  declare may: boolean;

  static override styles = [
    base,
    rowLooks,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-4);
        padding: var(--dm-space-4);
        overflow-wrap: anywhere;
      }
      .who {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 2px var(--dm-space-3);
        align-items: center;
      }
      .face {
        display: grid;
        grid-row: span 2;
        place-items: center;
        inline-size: 46px;
        block-size: 46px;
        border-radius: 50%;
        background: var(--dm-accent-soft);
        color: var(--dm-accent);
        font-weight: 650;
        font-size: 1.1rem;
      }
      .who strong {
        font-size: var(--dm-size-l);
        line-height: 1.3;
      }
      .quiet {
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      h3 {
        margin: 0 0 6px;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
        font-weight: 650;
        text-transform: uppercase;
        letter-spacing: 0.04em;
      }
      :lang(fa) h3,
      :lang(ar) h3 {
        letter-spacing: 0;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(80px, auto) minmax(0, 1fr);
        gap: 4px var(--dm-space-3);
        margin: 0;
        font-size: var(--dm-size-s);
      }
      dt {
        color: var(--dm-muted);
      }
      dd {
        margin: 0;
      }
      .labels {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
      }
      .labels span {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        padding: 2px 10px;
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-full);
        background: var(--dm-sunken);
        font-size: var(--dm-size-s);
      }
      .labels button {
        display: grid;
        padding: 0;
        border: 0;
        background: none;
        font-size: var(--dm-size-xs);
      }
      input {
        inline-size: 100%;
        min-block-size: 34px;
        margin-block-start: 6px;
        padding: 4px 12px;
        border: 1px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        font-size: var(--dm-size-s);
      }
      .pair {
        display: flex;
        gap: 6px;
        align-items: center;
      }
      .pair dm-select {
        flex: 1;
        min-inline-size: 0;
      }
      .others {
        margin-inline: calc(-1 * var(--dm-space-4));
        border-block-start: 1px solid var(--dm-line);
      }
      .others div {
        block-size: 82px;
      }
    `,
  ];

  #act(call: () => Promise<unknown>): void {
    this.emit('act', call);
  }

  /** For the shortcut. */
  focusLabels(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input')?.focus();
  }

  override render() {
    const { contact, optedOutAt, row, leads, others } = this.detail;
    const name = contact?.name ?? row.name ?? t('row.nobody');
    const { profile } = contact ?? {};
    const facts: [string, unknown][] = [
      [t('contact.known'), contact ? contact.identities.join('\n') : ''],
      [t('contact.language'), row.language ? languageName(row.language) : ''],
      [t('contact.fullName'), [profile?.firstName, profile?.lastName].filter(Boolean).join(' ')],
      [t('contact.email'), profile?.email],
      [t('contact.organization'), profile?.organization],
      [t('contact.since'), contact ? time(contact.createdAt) : ''],
      [t('contact.consent'), optedOutAt ? t('contact.optedOut', { time: time(optedOutAt) }) : t('contact.mayWrite')],
    ];
    return html`<div class="who">
        <span class="face" aria-hidden="true">${[...name][0]?.toUpperCase() ?? icon('user')}</span>
        <strong><bdi>${name}</bdi></strong>
        <span class="quiet"><bdi>${contact?.username ? `@${contact.username}` : row.account.name}</bdi></span>
      </div>
      ${this.may ? this.#work() : this.#labels()}
      <section>
        <h3>${t('contact.heading')}</h3>
        <dl>${facts.map(([word, value]) => (value ? html`<dt>${word}</dt><dd><bdi>${value}</bdi></dd>` : nothing))}</dl>
      </section>
      ${leads.length > 0 ? html`<section><h3>${t('contact.leads')}</h3>${leads.map((lead) => this.#lead(lead))}</section>` : nothing}
      ${
        others.length > 0
          ? html`<section>
              <h3>${t('contact.others')}</h3>
              <div class="others">${others.map((other) => html`<div>${rowTemplate(other, false, (id) => this.emit('open', id))}</div>`)}</div>
            </section>`
          : nothing
      }`;
  }

  #lead(lead: Detail['leads'][number]) {
    const values = ['firstName', 'lastName', 'phone', 'email', 'organization', 'notes'].flatMap((name) => {
      const value = lead[name];
      return typeof value === 'string' && value ? value : [];
    });
    return html`<p class="quiet"><bdi>${values.join(' · ')}</bdi></p>`;
  }

  #work() {
    const { row } = this.detail;
    const { id, status, assignee = '' } = row;
    const people = [...new Set([this.user, ...(this.words?.assignees ?? []), assignee])].filter(Boolean);
    return html`<section>
        <h3>${t('work.status')}</h3>
        <dm-select
          .label=${t('work.status')}
          .value=${status}
          .options=${api.STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
          @dm-change=${(e: CustomEvent<string>) => this.#act(() => api.setStatus(id, e.detail))}
        ></dm-select>
      </section>
      <section>
        <h3>${t('work.assignee')}</h3>
        <div class="pair">
          <dm-select
            .label=${t('work.assignee')}
            .value=${assignee}
            .options=${[{ value: '', label: t('work.nobody') }, ...people.map((value) => ({ value, label: value }))]}
            @dm-change=${(e: CustomEvent<string>) => this.#act(() => api.assign(id, e.detail || null))}
          ></dm-select>
          ${assignee === this.user ? nothing : html`<dm-button @click=${() => this.#act(() => api.assign(id, this.user))}>${t('work.me')}</dm-button>`}
        </div>
      </section>
      ${this.#labels()}`;
  }

  #labels() {
    const { id, labels = [] } = this.detail.row;
    const known = (this.words?.labels ?? []).filter((label) => !labels.includes(label));
    if (!this.may && labels.length === 0) return nothing;
    return html`<section>
      <h3>${t('work.labels')}</h3>
      <div class="labels">
        ${labels.map(
          (label) =>
            html`<span><bdi>${label}</bdi>${
              this.may
                ? html`<button
                    type="button"
                    aria-label=${t('work.removeLabel', { label })}
                    @click=${() =>
                      this.#act(() =>
                        api.label(
                          id,
                          labels.filter((other) => other !== label),
                        ),
                      )}
                  >${icon('close')}</button>`
                : nothing
            }</span>`,
        )}
      </div>
      ${
        this.may
          ? html`<input
                list="labels"
                dir="auto"
                maxlength="40"
                aria-label=${t('work.addLabel')}
                placeholder=${t('work.addLabel')}
                @keydown=${(e: KeyboardEvent) => {
                  const field = e.currentTarget as HTMLInputElement;
                  const label = field.value.trim();
                  if (e.key !== 'Enter' || e.isComposing || !label) return;
                  field.value = '';
                  this.#act(() => api.label(id, [...labels, label]));
                }}
              /><datalist id="labels">${known.map((label) => html`<option value=${label}></option>`)}</datalist>`
          : nothing
      }
    </section>`;
  }
}

define('inbox-contact', InboxContact);
