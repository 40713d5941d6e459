/** How what is said in the panel looks, and where it is written. The variables are those of `frame-style.ts`. */
import { css } from 'lit';

export const talk = css`
  .log {
    flex: 1;
    min-block-size: 0;
    overflow: hidden auto;
    overscroll-behavior: contain;
    padding: 12px 16px;
  }
  .log ol {
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    gap: 8px;
    min-block-size: 100%;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    display: grid;
    justify-items: start;
    max-inline-size: 85%;
  }
  li.mine {
    align-self: flex-end;
    justify-items: end;
  }
  .who,
  .meta {
    color: var(--muted);
    font-size: 12px;
  }
  .bubble {
    max-inline-size: 100%;
    padding: 8px 12px;
    border-radius: min(var(--radius), 18px);
    border-end-start-radius: 4px;
    background: var(--theirs);
    overflow-wrap: anywhere;
    unicode-bidi: plaintext;
    white-space: pre-wrap;
  }
  .mine .bubble {
    border-end-start-radius: min(var(--radius), 18px);
    border-end-end-radius: 4px;
    background: var(--mine);
    color: var(--mine-text);
  }
  .guess,
  .sending {
    opacity: 0.65;
  }
  .bubble a {
    color: inherit;
  }
  .quote {
    display: block;
    padding-inline-start: 10px;
    border-inline-start: 3px solid var(--line);
  }
  code {
    font-family: ui-monospace, Consolas, monospace;
    font-size: 0.92em;
  }
  code.block {
    display: block;
    overflow-x: auto;
    white-space: pre;
  }
  .media {
    display: grid;
    gap: 6px;
    max-inline-size: 100%;
  }
  .media img {
    display: block;
    max-inline-size: 100%;
    max-block-size: 240px;
    border-radius: min(var(--radius), 12px);
  }
  .file {
    display: flex;
    align-items: center;
    gap: 8px;
    color: inherit;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin-block-start: 6px;
  }
  .choice,
  .action {
    min-block-size: 36px;
    padding: 4px 14px;
    border: 1px solid var(--accent);
    border-radius: 18px;
    background: none;
    color: var(--accent);
    text-align: start;
    unicode-bidi: plaintext;
  }
  .choice[aria-pressed='true'],
  .action.main {
    background: var(--accent);
    color: var(--on-accent);
  }
  .action.danger {
    border-color: var(--bad);
    background: var(--bad);
    color: light-dark(#fff, #2b0d0a);
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--bad);
    text-decoration: underline;
  }
  .dots {
    display: inline-flex;
    gap: 4px;
    padding: 6px 0;
  }
  .dots i {
    inline-size: 6px;
    block-size: 6px;
    border-radius: 50%;
    background: var(--muted);
    animation: beat 1.2s infinite;
  }
  .dots i:nth-child(2) {
    animation-delay: 0.15s;
  }
  .dots i:nth-child(3) {
    animation-delay: 0.3s;
  }
  @keyframes beat {
    30% {
      opacity: 0.3;
    }
  }
  form {
    display: flex;
    align-items: flex-end;
    gap: 8px;
    padding: 8px 8px 8px 12px;
    border-block-start: 1px solid color-mix(in srgb, var(--line) 25%, transparent);
  }
  form:dir(rtl) {
    padding: 8px 12px 8px 8px;
  }
  label {
    flex: 1;
    min-inline-size: 0;
  }
  textarea {
    display: block;
    inline-size: 100%;
    min-block-size: 44px;
    max-block-size: 140px;
    padding: 10px 14px;
    border: 1px solid var(--line);
    border-radius: 22px;
    background: var(--background);
    resize: none;
    field-sizing: content;
    unicode-bidi: plaintext;
    /* Smaller ones make a phone zoom in. */
    font-size: 16px;
  }
  textarea::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  .send {
    background: var(--accent);
    color: var(--on-accent);
  }
  .send:dir(rtl) svg {
    transform: scaleX(-1);
  }

  .idle {
    display: grid;
    flex: 1;
    align-content: center;
    justify-items: center;
    gap: 12px;
    padding: 24px;
    text-align: center;
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    padding: 8px 12px 0;
    border-block-start: 1px solid color-mix(in srgb, var(--line) 25%, transparent);
  }
  .controls .bare {
    border: 1px solid color-mix(in srgb, var(--line) 50%, transparent);
  }
  .controls .danger {
    margin-inline-start: auto;
  }
  .controls + form {
    border: 0;
  }
  meter {
    flex: 1;
    min-inline-size: 40px;
  }

  @media (prefers-reduced-motion: reduce) {
    .dots i {
      animation: none;
    }
  }
`;
