/** The colours of series, told apart by who cannot tell red from green as well, in light and in dark. */
import { css } from 'lit';

export const TONES = ['teal', 'amber', 'blue', 'plum', 'grey', 'olive', 'rose'] as const;
export type Tone = (typeof TONES)[number];

export const tones = css`
  .teal {
    color: light-dark(#0b7a75, #4fc7bd);
  }
  .amber {
    color: light-dark(#d97706, #f2b24d);
  }
  .blue {
    color: light-dark(#2563c9, #7fb2ff);
  }
  .plum {
    color: light-dark(#9333a8, #dc9bea);
  }
  .grey {
    color: light-dark(#8a9591, #7c8a86);
  }
  .olive {
    color: light-dark(#6f7d0e, #c6d25c);
  }
  .rose {
    color: light-dark(#c2333a, #ff8f8a);
  }
`;
