/** How a dialog looks that asks or tells one thing. */
import { css } from 'lit';

export const dialogLook = css`
  dialog {
    inline-size: min(440px, calc(100vw - 32px));
    padding: var(--dm-space-5);
    border: 1px solid var(--dm-line);
    border-radius: var(--dm-radius-m);
    background: var(--dm-surface);
    color: var(--dm-text);
    box-shadow: var(--dm-shadow-high);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  h2 {
    margin: 0 0 var(--dm-space-3);
    font-size: var(--dm-size-l);
  }
`;
