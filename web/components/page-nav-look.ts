/** How the bar of pages looks. */
import { css } from 'lit';

export const look = css`
  :host {
    display: block;
    position: relative;
    z-index: 20;
  }
  header {
    display: flex;
    align-items: center;
    gap: var(--dm-space-3);
    min-block-size: 54px;
    padding: 8px var(--dm-space-4);
    border-block-end: 1px solid var(--dm-line);
    background: var(--dm-surface);
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 9px;
    font-weight: 700;
    font-size: 1.0625rem;
    letter-spacing: -0.01em;
  }
  nav {
    display: flex;
    flex: 1;
    gap: 2px;
    min-inline-size: 0;
  }
  a {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 6px 10px;
    border-radius: var(--dm-radius-m);
    color: var(--dm-muted);
    font-weight: 550;
    text-decoration: none;
    white-space: nowrap;
  }
  a:hover,
  .menu:hover {
    background: var(--dm-hover);
  }
  a[aria-current] {
    background: var(--dm-accent-soft);
    color: var(--dm-accent);
  }
  .menu {
    display: flex;
    align-items: center;
    gap: 8px;
    min-block-size: 36px;
    padding: 4px 10px;
    border: 0;
    border-radius: var(--dm-radius-m);
    background: none;
    font-weight: 550;
    max-inline-size: 14rem;
  }
  .menu span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .pages {
    display: none;
  }
  .panel {
    position: absolute;
    inset-block-start: calc(100% - 4px);
    inset-inline-end: var(--dm-space-3);
    display: flex;
    flex-direction: column;
    gap: var(--dm-space-3);
    min-inline-size: 220px;
    padding: var(--dm-space-4);
    border: 1px solid var(--dm-line);
    border-radius: var(--dm-radius-m);
    background: var(--dm-surface);
    box-shadow: var(--dm-shadow-high);
  }
  .who {
    display: flex;
    align-items: center;
    gap: 8px;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .panel dm-segments {
    align-self: start;
  }
  .panel button.do {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 8px 10px;
    border: 1px solid var(--dm-line);
    border-radius: var(--dm-radius-m);
    background: none;
    text-align: start;
  }
  .panel button.do:hover {
    background: var(--dm-hover);
  }
  a {
    flex: none;
  }
  nav a svg {
    display: none;
  }
  :host([narrow]) .pages,
  :host([narrow]) nav a svg {
    display: flex;
  }
  :host([narrow]) nav {
    position: absolute;
    inset-block-start: calc(100% - 4px);
    inset-inline-start: var(--dm-space-3);
    display: none;
    flex-direction: column;
    min-inline-size: 220px;
    max-block-size: calc(100dvh - 70px);
    padding: var(--dm-space-2);
    overflow-y: auto;
    border: 1px solid var(--dm-line);
    border-radius: var(--dm-radius-m);
    background: var(--dm-surface);
    box-shadow: var(--dm-shadow-high);
  }
  :host([narrow]) nav.open {
    display: flex;
  }
  :host([narrow]) nav a {
    padding-block: 10px;
  }
  :host([narrow]) .space {
    flex: 1;
  }
  @media (max-width: 480px) {
    header {
      gap: var(--dm-space-2);
      padding-inline: var(--dm-space-3);
    }
    .brand span,
    .user span {
      display: none;
    }
  }
`;
