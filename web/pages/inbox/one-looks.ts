/** How one conversation of the inbox is laid out. */
import { css } from 'lit';

export const oneLooks = css`
  :host {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto auto minmax(0, 1fr) auto auto;
    min-block-size: 0;
    min-inline-size: 0;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px var(--dm-space-2);
    min-block-size: 57px;
    padding: 6px var(--dm-space-3);
    border-block-end: 1px solid var(--dm-line);
    background: var(--dm-surface);
  }
  .who {
    flex: 1 1 150px;
    min-inline-size: 0;
  }
  h1 {
    display: flex;
    align-items: center;
    gap: 6px;
    margin: 0;
    font-size: var(--dm-size-m);
    line-height: 1.35;
  }
  h1 bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .sub {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px var(--dm-space-2);
    color: var(--dm-muted);
    font-size: var(--dm-size-xs);
    font-variant-numeric: tabular-nums;
  }
  .assignee {
    display: inline-flex;
    gap: 3px;
    align-items: center;
  }
  .deeds {
    display: flex;
    gap: 6px;
  }
  .back {
    display: none;
  }
  .back:dir(rtl) {
    transform: scaleX(-1);
  }
  .drop {
    position: absolute;
    z-index: 6;
    inset: 8px;
    display: grid;
    gap: 6px;
    align-content: center;
    justify-items: center;
    padding: var(--dm-space-4);
    border: 2px dashed var(--dm-accent);
    border-radius: var(--dm-radius-m);
    background: color-mix(in srgb, var(--dm-surface) 92%, transparent);
    text-align: center;
    pointer-events: none;
  }
  .drop svg {
    color: var(--dm-accent);
    font-size: 2rem;
  }
  .drop span {
    color: var(--dm-muted);
    font-size: var(--dm-size-s);
  }
  .read-only {
    display: flex;
    gap: 8px;
    align-items: center;
    justify-content: center;
    margin: 0;
    padding: 10px var(--dm-space-4);
    border-block-start: 1px solid var(--dm-line);
    background: var(--dm-surface);
    color: var(--dm-muted);
    font-size: var(--dm-size-s);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px var(--dm-space-3);
    padding: 6px var(--dm-space-4);
    border-block-start: 1px solid var(--dm-line);
    background: var(--dm-info-soft);
    color: var(--dm-text);
    font-size: var(--dm-size-s);
  }
  .bar.held {
    background: var(--dm-bad-soft);
  }
  .bar.held blockquote {
    flex: 1 1 100%;
    margin: 0;
    padding-inline-start: 10px;
    border-inline-start: 3px solid var(--dm-bad);
    white-space: pre-wrap;
  }
  .bar span {
    flex: 1;
  }
  @media (max-width: 760px) {
    .back {
      display: block;
    }
    .deeds {
      flex-basis: 100%;
      order: 1;
    }
    .who {
      flex-basis: 0;
    }
  }
`;
