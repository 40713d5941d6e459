/** The colours of each channel's own app, light and dark, moved where needed until text has AA contrast. */
import { css } from 'lit';

export const chatColours = css`
  :host([channel='telegram']) {
    --dm-chat-page: linear-gradient(
      160deg,
      light-dark(#cfe3d0, #0e1a24),
      light-dark(#bcd8d8, #101f2b) 55%,
      light-dark(#c9dcea, #131c29)
    );
    --dm-chat-theirs: light-dark(#ffffff, #1c2833);
    --dm-chat-mine: light-dark(#e6fbd3, #2b5278);
    --dm-chat-meta: light-dark(#5c6870, #97a8b6);
    --dm-chat-mine-meta: light-dark(#3a7034, #b6d0e8);
    --dm-chat-read: light-dark(#217a2b, #7fd0ff);
    --dm-chat-link: light-dark(#17669f, #7cc1f5);
    --dm-chat-chip: light-dark(rgb(38 66 60 / 78%), rgb(10 18 26 / 72%));
    --dm-chat-chip-text: #fff;
    --dm-chat-key: light-dark(rgb(38 66 60 / 78%), #24384a);
    --dm-chat-key-text: #fff;
    --dm-chat-shadow: 0 1px 1px rgb(0 0 0 / 12%);
  }
  :host([channel='whatsapp']) {
    --dm-chat-page:
      radial-gradient(light-dark(#e2dbcf, #111d24) 1.5px, transparent 2px) 0 0 / 22px 22px, light-dark(#efe8de, #0b141a);
    --dm-chat-theirs: light-dark(#ffffff, #1f2c33);
    --dm-chat-mine: light-dark(#d9fdd3, #035246);
    --dm-chat-meta: light-dark(#5a6a73, #96a3aa);
    --dm-chat-mine-meta: light-dark(#4d6658, #a6cabf);
    --dm-chat-read: light-dark(#0774a8, #61c8f5);
    --dm-chat-link: light-dark(#00695a, #5fd3b3);
    --dm-chat-chip: light-dark(#ffffff, #1b272e);
    --dm-chat-chip-text: light-dark(#4a5a63, #b0bcc2);
    --dm-chat-key-text: light-dark(#00695a, #5fd3b3);
    --dm-chat-rule: light-dark(#e3e8ea, #2f3d45);
    --dm-chat-shadow: 0 1px 1px rgb(0 0 0 / 13%);
  }
  :host([channel='instagram']) {
    --dm-chat-page: light-dark(#ffffff, #0a0a0c);
    --dm-chat-theirs: light-dark(#efeff2, #26272b);
    --dm-chat-mine: linear-gradient(200deg, #7a34e0, #4a46e0 60%, #2a5ddb);
    --dm-chat-mine-text: #fff;
    --dm-chat-meta: light-dark(#5e6168, #a5a8b0);
    --dm-chat-mine-meta: #e4e2ff;
    --dm-chat-read: light-dark(#5e6168, #a5a8b0);
    --dm-chat-link: light-dark(#4a3bd0, #a9a4ff);
    --dm-chat-chip: transparent;
    --dm-chat-chip-text: light-dark(#5e6168, #a5a8b0);
    --dm-chat-key-text: light-dark(#4a3bd0, #a9a4ff);
    --dm-bubble-radius: 20px;
  }
`;
