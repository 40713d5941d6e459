/** What the views of the page have in common. */
import { css } from 'lit';

export const looks = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--dm-space-4);
    overflow-wrap: anywhere;
  }
  h2,
  h3,
  p {
    margin: 0;
  }
  h2 {
    font-size: var(--dm-size-l);
  }
  h3 {
    font-size: var(--dm-size-m);
  }
  a {
    color: var(--dm-accent);
  }
  .quiet {
    color: var(--dm-muted);
    font-size: var(--dm-size-s);
  }
  .all {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--dm-space-3);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .card {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--dm-space-2);
    padding: var(--dm-space-4);
    border: 1px solid var(--dm-line);
    border-radius: var(--dm-radius-m);
    background: var(--dm-surface);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--dm-space-1) var(--dm-space-3);
  }
  .row > .wide {
    flex: 1 1 12rem;
    min-inline-size: 0;
  }
  .text {
    font-size: var(--dm-size-s);
    white-space: pre-line;
  }
  mark {
    padding-inline: 1px;
    border-radius: 3px;
    background: var(--dm-warn-soft);
    color: inherit;
  }
  details {
    font-size: var(--dm-size-s);
  }
  summary {
    inline-size: fit-content;
    color: var(--dm-accent);
    font-weight: 550;
    cursor: pointer;
  }
  textarea {
    display: block;
    inline-size: 100%;
    padding: 8px 10px;
    border: 1px solid var(--dm-line-strong);
    border-radius: var(--dm-radius-m);
    background: var(--dm-surface);
    font-size: var(--dm-size-m);
    line-height: inherit;
    resize: vertical;
  }
  .field {
    display: grid;
    gap: var(--dm-space-1);
    font-size: var(--dm-size-s);
  }
`;
