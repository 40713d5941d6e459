/** The looks of a bubble: one shape, and what each channel changes in it. Colours come from the chat around it. */
import { css } from 'lit';

export const bubbleLooks = css`
  :host {
    display: block;
    --radius: 14px;
    --corner: 4px;
  }
  .row {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 4px;
    max-inline-size: min(78%, 560px);
    inline-size: fit-content;
  }
  .row.own {
    align-items: flex-end;
    margin-inline-start: auto;
  }
  .bubble {
    min-inline-size: 76px;
    max-inline-size: 100%;
    overflow: hidden;
    border-radius: var(--radius);
    border-end-start-radius: var(--corner);
    background: var(--dm-chat-theirs, var(--dm-raised));
    color: var(--dm-chat-theirs-text, var(--dm-text));
    box-shadow: var(--dm-chat-shadow, none);
  }
  .own .bubble {
    border-end-start-radius: var(--radius);
    border-end-end-radius: var(--corner);
    background: var(--dm-chat-mine, var(--dm-accent-soft));
    color: var(--dm-chat-mine-text, var(--dm-text));
  }
  .discarded .bubble {
    outline: 1px dashed var(--dm-line-strong);
    outline-offset: -1px;
    background: var(--dm-surface);
    color: var(--dm-muted);
    box-shadow: none;
  }
  .draft .bubble {
    outline: 1px dashed var(--dm-line-strong);
    outline-offset: -1px;
    color: var(--dm-chat-meta, var(--dm-muted));
  }
  .text {
    padding: 7px 11px 6px;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    unicode-bidi: plaintext;
  }
  .text::after {
    content: '';
    display: block;
    clear: both;
  }
  .who {
    display: flex;
    align-items: center;
    gap: 5px;
    padding: 7px 11px 0;
    color: var(--dm-chat-link, var(--dm-accent));
    font-size: var(--dm-size-xs);
    font-weight: 650;
  }
  .meta {
    display: inline-flex;
    align-items: center;
    gap: 3px;
    float: inline-end;
    margin-block: 5px -2px;
    margin-inline: 14px -2px;
    color: var(--dm-chat-meta, var(--dm-muted));
    font-size: 0.6875rem;
    line-height: 16px;
    white-space: nowrap;
    user-select: none;
  }
  .own .meta {
    color: var(--dm-chat-mine-meta, var(--dm-muted));
  }
  .meta svg {
    inline-size: 16px;
    block-size: 16px;
    vertical-align: bottom;
  }
  .tick.read {
    color: var(--dm-chat-read, var(--dm-accent));
  }
  .tick.failed,
  .failed .trouble {
    color: var(--dm-bad);
  }
  .tick.unknown,
  .unknown .trouble {
    color: var(--dm-warn);
  }
  .word {
    display: none;
  }
  .word::before {
    content: '· ';
  }
  .trouble {
    display: flex;
    align-items: flex-start;
    gap: 6px;
    padding: 5px 10px;
    border-radius: var(--dm-radius-m);
    background: var(--dm-raised);
    color: var(--dm-muted);
    font-size: var(--dm-size-xs);
    box-shadow: var(--dm-shadow);
  }
  .system {
    inline-size: fit-content;
    max-inline-size: min(90%, 520px);
    margin-inline: auto;
    padding: 4px 12px;
    border-radius: var(--dm-radius-m);
    background: var(--dm-chat-chip, var(--dm-sunken));
    color: var(--dm-chat-chip-text, var(--dm-text));
    font-size: var(--dm-size-xs);
    text-align: center;
    overflow-wrap: anywhere;
  }

  a {
    color: var(--dm-chat-link, var(--dm-accent));
  }
  .own a,
  .own .who {
    color: inherit;
  }
  code,
  pre {
    font-family: var(--dm-mono);
    font-size: 0.9em;
  }
  pre {
    margin: 4px 0;
    padding: 6px 8px;
    overflow-x: auto;
    border-radius: var(--dm-radius-s);
    background: rgb(128 128 128 / 16%);
    white-space: pre;
    direction: ltr;
    text-align: left;
  }
  blockquote {
    margin: 4px 0;
    padding-inline-start: 9px;
    border-inline-start: 3px solid var(--dm-chat-link, var(--dm-accent));
  }
  .spoiler {
    display: inline;
  }
  .spoiler summary {
    display: inline;
    padding-inline: 4px;
    border-radius: 4px;
    background: rgb(128 128 128 / 28%);
    cursor: pointer;
  }
  .spoiler[open] summary {
    display: none;
  }

  img {
    display: block;
    max-inline-size: 100%;
    max-block-size: 320px;
    object-fit: cover;
  }
  .medium {
    display: flex;
    align-items: center;
    gap: 9px;
    min-inline-size: 190px;
    margin: 5px 5px 0;
    padding: 11px 13px;
    border-radius: max(4px, calc(var(--radius) - 5px));
    background: rgb(128 128 128 / 18%);
    font-weight: 550;
  }
  .medium span,
  .trouble span {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .medium svg {
    font-size: 1.3rem;
  }
  .medium.tall {
    flex-direction: column;
    justify-content: center;
    min-inline-size: 210px;
    min-block-size: 120px;
  }

  .buttons {
    display: grid;
    gap: 4px;
    inline-size: 100%;
    min-inline-size: min(230px, 100%);
  }
  .buttons button {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-block-size: 38px;
    padding: 6px 12px;
    border: 0;
    border-radius: var(--radius);
    background: var(--dm-chat-key, var(--dm-raised));
    color: var(--dm-chat-key-text, var(--dm-accent));
    font-weight: 550;
    overflow-wrap: anywhere;
  }
  .buttons button > span:not(.sr) {
    min-inline-size: 0;
  }
  .buttons button.chosen {
    box-shadow: inset 0 0 0 2px currentColor;
  }
  .buttons button:disabled:not(.chosen) {
    opacity: 0.6;
  }
  .buttons button:hover:enabled {
    filter: brightness(0.94);
  }
  :host(:dir(rtl)) .buttons svg {
    transform: scaleX(-1);
  }

  :host([channel='telegram']) .buttons button {
    border-radius: 8px;
  }

  :host([channel='whatsapp']) {
    --radius: 9px;
    --corner: 9px;
  }
  :host([channel='whatsapp']) .bubble {
    border-start-start-radius: 0;
  }
  :host([channel='whatsapp']) .own .bubble {
    border-start-start-radius: var(--radius);
    border-start-end-radius: 0;
  }
  :host([channel='whatsapp']) .buttons {
    gap: 0;
  }
  :host([channel='whatsapp']) .buttons button {
    border-block-start: 1px solid var(--dm-chat-rule, var(--dm-line));
    border-radius: 0;
    background: transparent;
  }
  :host([channel='whatsapp']) .buttons button.chosen {
    box-shadow: none;
    background: rgb(128 128 128 / 14%);
  }
  :host([channel='whatsapp']) .buttons button:hover:enabled {
    background: rgb(128 128 128 / 14%);
    filter: none;
  }
  :host([channel='whatsapp']) .buttons button:focus-visible {
    outline-offset: -3px;
  }

  :host([channel='instagram']) {
    --radius: 20px;
    --corner: 20px;
  }
  :host([channel='instagram']) .bubble {
    min-inline-size: 0;
  }
  :host([channel='instagram']) .text {
    padding: 8px 14px;
  }
  :host([channel='instagram']) .tick:not(.queued, .sending, .failed, .unknown) {
    display: none;
  }
  :host([channel='instagram']) .tick:not(.queued, .sending, .failed, .unknown) + .word {
    display: inline;
  }
  :host([channel='instagram']) .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin-block-start: 3px;
  }
  :host([channel='instagram']) .buttons button {
    min-block-size: 36px;
    padding: 5px 15px;
    border: 1px solid var(--dm-chat-key-text, var(--dm-accent));
    background: transparent;
  }
  :host([channel='instagram']) .buttons button:hover:enabled {
    background: var(--dm-hover);
    filter: none;
  }
`;
