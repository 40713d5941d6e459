/** How the composer of the inbox looks. */
import { css } from 'lit';

export const composerLooks = css`
  :host {
    display: block;
    position: relative;
    border-block-start: 1px solid var(--dm-line);
    background: var(--dm-surface);
  }
  :host(.note) {
    background: var(--dm-warn-soft);
  }
  .inner {
    display: grid;
    gap: 6px;
    max-inline-size: 860px;
    margin: 0 auto;
    padding: 8px var(--dm-space-4) 10px;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px;
  }
  .space {
    flex: 1;
  }
  .write {
    display: flex;
    align-items: flex-end;
    gap: var(--dm-space-2);
  }
  textarea,
  input {
    inline-size: 100%;
    padding: 9px 14px;
    border: 1px solid var(--dm-line-strong);
    border-radius: 20px;
    background: var(--dm-surface);
    line-height: 1.45;
  }
  textarea {
    min-block-size: 42px;
    max-block-size: 180px;
    resize: none;
    field-sizing: content;
  }
  input {
    padding-block: 6px;
    font-size: var(--dm-size-s);
  }
  .isNote textarea {
    border-color: var(--dm-warn);
    background: var(--dm-warn-soft);
  }
  .send {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 42px;
    block-size: 42px;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: var(--dm-accent);
    color: var(--dm-on-accent);
  }
  .send:disabled {
    background: var(--dm-sunken);
    color: var(--dm-muted);
  }
  .send:dir(rtl) svg {
    transform: scaleX(-1);
  }
  .pick {
    position: absolute;
    z-index: 5;
    inset-block-end: calc(100% - 6px);
    inset-inline: var(--dm-space-4);
    max-inline-size: 640px;
    max-block-size: 300px;
    overflow: hidden auto;
    margin: 0;
    padding: 6px;
    border: 1px solid var(--dm-line);
    border-radius: var(--dm-radius-m);
    background: var(--dm-raised);
    box-shadow: var(--dm-shadow-high);
    list-style: none;
  }
  .pick li {
    display: grid;
    grid-template-columns: minmax(0, 9rem) minmax(0, 1fr) auto;
    gap: var(--dm-space-3);
    align-items: center;
    padding: 7px 10px;
    border-radius: var(--dm-radius-s);
    cursor: pointer;
  }
  .pick [aria-selected='true'] {
    background: var(--dm-accent-soft);
  }
  .pick span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  p.pick,
  .pick .text {
    color: var(--dm-muted);
    font-size: var(--dm-size-s);
  }
  .pick button {
    display: grid;
    border: 0;
    background: none;
    color: var(--dm-muted);
  }
`;
