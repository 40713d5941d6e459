/** The look of a page that is one column and scrolls: a heading row, what it lists, and ways to the next. */
import { css } from 'lit';

export const column = css`
  .scroll {
    block-size: 100%;
    overflow: hidden auto;
  }
  .page {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--dm-space-4);
    max-inline-size: 1080px;
    margin-inline: auto;
    padding: var(--dm-space-5) var(--dm-space-4) var(--dm-space-6);
  }
  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--dm-space-2) var(--dm-space-5);
  }
  h1 {
    margin: 0;
    font-size: 1.375rem;
  }
  .page a {
    color: var(--dm-accent);
  }
  .quiet {
    color: var(--dm-muted);
  }
  .all {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--dm-space-3);
    margin: 0;
    padding: 0;
    list-style: none;
  }
`;
