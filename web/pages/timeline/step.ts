import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { type IconName, icon } from '../../components/icons.ts';
import type { Entry } from './api.ts';
import { figure, list, moment, sentence, t } from './words.ts';

const ICONS: Record<string, IconName> = {
  call: 'flow',
  in: 'chat',
  lane: 'clock',
  gate: 'check',
  language: 'question',
  masked: 'eye',
  passages: 'book',
  engine: 'alert',
  answer: 'reply',
  tool: 'settings',
  status: 'operator',
  error: 'alert',
  out: 'send',
  send: 'check',
};

/** One step of a message's way: when, what, why, and where in the flow. */
export class TimelineStep extends DmElement {
  static override properties = { entry: { attribute: false }, editor: {} };
  declare entry: Entry;
  /** Where the editor is; empty: not for who looks. */
  declare editor: string;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: 28px minmax(0, 1fr);
        gap: 0 var(--dm-space-3);
        min-inline-size: 0;
      }
      .sign {
        position: relative;
        display: grid;
        place-items: center;
        inline-size: 28px;
        block-size: 28px;
        border-radius: var(--dm-radius-full);
        background: var(--dm-sunken);
        color: var(--dm-muted);
        font-size: 0.7rem;
      }
      .ok {
        background: var(--dm-ok-soft);
        color: var(--dm-ok);
      }
      .warn {
        background: var(--dm-warn-soft);
        color: var(--dm-warn);
      }
      .bad {
        background: var(--dm-bad-soft);
        color: var(--dm-bad);
      }
      .info {
        background: var(--dm-info-soft);
        color: var(--dm-info);
      }
      .body {
        min-inline-size: 0;
        padding-block: 3px var(--dm-space-3);
        overflow-wrap: anywhere;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--dm-space-2);
      }
      time {
        margin-inline-start: auto;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
        font-variant-numeric: tabular-nums;
      }
      .why {
        margin: 2px 0 0;
        inline-size: fit-content;
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
        white-space: pre-wrap;
      }
      .said {
        padding: 4px 10px;
        border-radius: var(--dm-radius-m);
        background: var(--dm-sunken);
        color: var(--dm-text);
      }
      .meta {
        display: flex;
        flex-wrap: wrap;
        gap: 2px var(--dm-space-3);
        margin-block-start: 2px;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
      a {
        color: var(--dm-accent);
      }
      summary {
        inline-size: fit-content;
        margin-block-start: 4px;
        color: var(--dm-accent);
        font-size: var(--dm-size-s);
        font-weight: 550;
        cursor: pointer;
      }
      h4 {
        margin: var(--dm-space-2) 0 2px;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
        font-weight: 600;
      }
      pre {
        max-block-size: 260px;
        margin: 0;
        padding: var(--dm-space-2);
        overflow: auto;
        border-radius: var(--dm-radius-s);
        background: var(--dm-sunken);
        font: var(--dm-size-xs) / 1.5 var(--dm-mono);
        text-align: start;
        white-space: pre-wrap;
      }
      ol {
        margin: 4px 0 0;
        padding-inline-start: 1.4em;
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      li bdi {
        color: var(--dm-text);
      }
    `,
  ];

  override render() {
    const { entry } = this;
    const { code, tone, at } = entry;
    const { text, why } = sentence(entry);
    const isSaid = code === 'in' || code.startsWith('in.choice') || code === 'in.late' || code.startsWith('out.');
    const name = ICONS[code.split('.')[0]!] ?? 'list';
    return html`<span class="sign ${tone}">${icon(tone === 'warn' && name === 'check' ? 'block' : name)}</span>
      <div class="body">
        <div class="head"><span>${text}</span><time datetime=${new Date(at).toISOString()}>${moment(at)}</time></div>
        ${why ? html`<p class="why ${isSaid ? 'said' : ''}" dir="auto">${why}</p>` : nothing}
        ${this.#meta()} ${this.#more()}
      </div>`;
  }

  #meta() {
    const { values = {}, node } = this.entry;
    const parts = [
      values.input === undefined
        ? nothing
        : html`<span>${t('ui.tokens', { input: values.input, output: values.output ?? 0 })}</span>`,
      values.cost === undefined ? nothing : html`<span>${t('ui.cost', { cost: figure(Number(values.cost)) })}</span>`,
      !node
        ? nothing
        : this.editor
          ? html`<a href="${this.editor}#node/${node.id}" target="dragoman-editor" title=${t('ui.node', { name: node.name })}
              ><bdi>${node.name}</bdi></a
            >`
          : html`<bdi>${node.name}</bdi>`,
    ];
    return parts.every((part) => part === nothing) ? nothing : html`<div class="meta">${parts}</div>`;
  }

  #more() {
    const { passages, tool, question, answer } = this.entry;
    return html`${
      passages
        ? html`<details>
            <summary>${t('ui.passages')}</summary>
            <ol>
              ${passages.map(
                ({ title, source, score }) =>
                  html`<li><bdi>${title}</bdi> · <bdi>${source}</bdi> · ${t('ui.score', { score: figure(score) })}</li>`,
              )}
            </ol>
          </details>`
        : nothing
    }
    ${
      tool?.args || tool?.result
        ? html`<details>
            <summary>${t('ui.args')}</summary>
            <h4>${t('ui.args')}</h4>
            ${block(tool.args)}
            <h4>${t('ui.result')}</h4>
            ${block(tool.result)}
          </details>`
        : nothing
    }
    ${question ? this.#question(question) : nothing}
    ${
      answer
        ? html`<details>
            <summary>${t('ui.answered')}</summary>
            ${block(answer)}
          </details>`
        : nothing
    }`;
  }

  #question({ version, instructions, history, earlier, tools }: NonNullable<Entry['question']>) {
    return html`<details>
      <summary>${t('ui.asked')}</summary>
      <h4>${t(instructions ? 'ui.instructions' : 'ui.changed', { version })}</h4>
      ${instructions ? block(instructions) : nothing}
      ${tools.length > 0 ? html`<h4>${t('ui.tools', { list: list(tools) })}</h4>` : nothing}
      ${earlier > 0 ? html`<h4>${t('ui.earlier', { n: earlier })}</h4>` : nothing}
      ${history.map(({ role, text }) => html`<h4>${t(`ui.${role}`)}</h4>${block(text)}`)}
    </details>`;
  }
}

const block = (text: string) => html`<pre dir="auto" tabindex="0">${text}</pre>`;

define('timeline-step', TimelineStep);
