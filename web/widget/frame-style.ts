/**
 * How the widget looks: its buttons and its panel. The site says it by custom properties, `--dragoman-…`, anywhere above the widget; what it leaves out follows the system's light or dark
 * colours (text pairs meet WCAG AA).
 */
import { css } from 'lit';

export const frame = css`
  :host {
    --accent: var(--dragoman-accent, light-dark(#0b6a66, #5ccfc6));
    --on-accent: var(--dragoman-on-accent, light-dark(#ffffff, #062321));
    --background: var(--dragoman-background, light-dark(#ffffff, #171c1b));
    --text: var(--dragoman-text, light-dark(#18201e, #e7edea));
    --muted: var(--dragoman-muted, light-dark(#55605c, #a3afab));
    --line: var(--dragoman-line, light-dark(#7f8985, #76827e));
    --theirs: var(--dragoman-theirs, light-dark(#eef2f0, #262e2c));
    --mine: var(--dragoman-mine, light-dark(#d9eeea, #173b38));
    --mine-text: var(--dragoman-mine-text, var(--text));
    --bad: var(--dragoman-bad, light-dark(#a8221b, #ff9d94));
    --radius: var(--dragoman-radius, 16px);
    --size: var(--dragoman-size, 56px);
    --edge: var(--dragoman-edge, 20px);
    position: fixed;
    z-index: var(--dragoman-layer, 2147483000);
    inset-block-end: var(--edge);
    inset-inline-end: var(--edge);
    color-scheme: light dark;
    color: var(--text);
    font: 400 15px / 1.45 var(--dragoman-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
    letter-spacing: normal;
    text-align: start;
    text-transform: none;
    -webkit-text-size-adjust: 100%;
  }
  /* Whatever accent a site has: black or white upon it, which is read better. */
  @supports (color: oklch(from red l c h)) {
    :host {
      --on-accent: var(--dragoman-on-accent, oklch(from var(--accent) clamp(0, (0.67 - l) * 1000, 1) 0 0));
    }
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  button,
  textarea {
    margin: 0;
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
  }
  button:disabled {
    cursor: not-allowed;
    opacity: 0.55;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  svg {
    inline-size: 1.35em;
    block-size: 1.35em;
    flex: none;
  }
  p {
    margin: 0;
  }
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .launch {
    display: grid;
    gap: 12px;
    justify-items: end;
  }
  .round {
    position: relative;
    display: grid;
    place-items: center;
    inline-size: var(--size);
    block-size: var(--size);
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: var(--accent);
    color: var(--on-accent);
    font-size: 19px;
    box-shadow: 0 4px 16px rgb(0 0 0 / 28%);
  }
  .badge {
    position: absolute;
    inset-block-start: -4px;
    inset-inline-end: -4px;
    min-inline-size: 22px;
    padding: 0 6px;
    border-radius: 11px;
    background: var(--bad);
    color: light-dark(#fff, #2b0d0a);
    font-size: 13px;
    font-weight: 600;
    line-height: 22px;
    text-align: center;
  }

  .panel {
    position: absolute;
    inset-block-end: calc(100% + 12px);
    inset-inline-end: 0;
    display: flex;
    flex-direction: column;
    inline-size: min(380px, calc(100vw - 2 * var(--edge)));
    block-size: min(620px, calc(100dvh - var(--below, 100px) - var(--edge)));
    overflow: hidden;
    border: 1px solid color-mix(in srgb, var(--line) 35%, transparent);
    border-radius: var(--radius);
    background: var(--background);
    box-shadow: 0 16px 48px rgb(0 0 0 / 30%);
  }
  header {
    display: flex;
    align-items: center;
    gap: 4px;
    padding: 8px 8px 8px 16px;
    background: var(--accent);
    color: var(--on-accent);
  }
  header:dir(rtl) {
    padding: 8px 16px 8px 8px;
  }
  header :focus-visible {
    outline-color: var(--on-accent);
    outline-offset: -3px;
  }
  h2 {
    flex: 1;
    min-inline-size: 0;
    margin: 0;
    overflow: hidden;
    font: inherit;
    font-size: 17px;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .bare {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 44px;
    block-size: 44px;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
  }
  .status {
    padding: 6px 16px;
    border-block-end: 1px solid color-mix(in srgb, var(--line) 25%, transparent);
    color: var(--muted);
    font-size: 13px;
  }
  .status:empty {
    display: none;
  }
  .bad {
    color: var(--bad);
  }

  @media (max-width: 480px) {
    .panel {
      position: fixed;
      inset: 0;
      inline-size: 100%;
      block-size: 100dvh;
      border: 0;
      border-radius: 0;
    }
    :host([open]) .launch {
      display: none;
    }
  }
  @media print {
    :host {
      display: none;
    }
  }
`;
