/** Line icons on a 24 × 24 grid, drawn for Dragoman. Decorative: the words stand beside them or in `aria-label`. */
import { html, type TemplateResult } from 'lit';

const PATHS = {
  telegram: 'M20.5 4.5 3.5 11l5 2m12-8.5-3.2 14-8.8-5.5m12-8.5-12 8.5v5.2l3-3',
  whatsapp:
    'm4 20 1.2-4A8.2 8.2 0 1 1 8.3 19L4 20zM9.3 8.2c-.8 2.7 3.6 7 6.4 6.4l.8-1.6-2-1.1-1 .9a4.6 4.6 0 0 1-2.1-2.1l.9-1-1.2-2z',
  instagram:
    'M8 3.5h8A4.5 4.5 0 0 1 20.5 8v8a4.5 4.5 0 0 1-4.5 4.5H8A4.5 4.5 0 0 1 3.5 16V8A4.5 4.5 0 0 1 8 3.5zm4 4.7a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6zm4.9-1.1h.01',
  chat: 'M4 5.5h16v10.5H10.5L6 19.5V16H4z',
  send: 'M4.5 4.5 20.5 12l-16 7.5L7 12zM7 12h13.5',
  image: 'M4 5h16v14H4zm0 11 4.5-4.5 3.5 3.5 3-3 5 4.5M15.5 9h.01',
  mic: 'M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6 11.5a6 6 0 0 0 12 0m-6 6V20.5',
  'mic-off':
    'M9.5 9.5v2a2.5 2.5 0 0 0 4 2m1-3.5V6.5A2.5 2.5 0 0 0 9.7 5.6M6 11.5a6 6 0 0 0 9 5.2m2.6-2.8a6 6 0 0 0 .4-2.4m-6 6V20.5M4.5 4.5l15 15',
  phone:
    'M5.2 3.5H8l1.8 4.3-2 1.7a12 12 0 0 0 5.6 5.6l1.8-2 4.3 1.9v2.8a2 2 0 0 1-2.1 2C10.6 19.3 4.7 13.4 3.2 5.6a2 2 0 0 1 2-2.1z',
  'hang-up':
    'M3.5 15v-2.4C5.9 10 8.9 9 12 9s6.1 1 8.5 3.6V15a1 1 0 0 1-1 1h-2.6a1 1 0 0 1-1-.8l-.4-2c-2.2-.7-4.8-.7-7 0l-.4 2a1 1 0 0 1-1 .8H4.5a1 1 0 0 1-1-1z',
  stop: 'M5.5 5.5h13v13h-13z',
  pin: 'M12 21s6.5-5.8 6.5-10.5a6.5 6.5 0 0 0-13 0C5.5 15.2 12 21 12 21zm0-8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  clip: 'M19 11.5 11.8 18.7a4.6 4.6 0 0 1-6.5-6.5l7.6-7.6a3.1 3.1 0 0 1 4.4 4.4l-7.5 7.5a1.5 1.5 0 0 1-2.2-2.2l6.8-6.8',
  file: 'M7 3.5h7l4 4v13H7zm7 0v4h4M10 12h5m-5 4h5',
  play: 'M8 5.5v13l10.5-6.5z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  checks: 'm2 12.5 4.5 4.5L15 8m-3.5 8.5.5.5L21.5 8',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 3.5V12l3 2',
  alert: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 3.8v5m0 3.2h.01',
  question: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9.8 9.7a2.2 2.2 0 1 1 3.3 1.9c-.8.5-1.1.9-1.1 1.7m0 2.9h.01',
  block: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM6.5 6.5l11 11',
  back: 'M19 12H5.5m6-6.5L5 12l6.5 6.5',
  close: 'm6 6 12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0-5v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  system: 'M4 5h16v11H4zm5 15h6m-3-4v4',
  user: 'M12 4.5a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6zM4.5 20c.8-3.8 3.8-5.5 7.5-5.5s6.7 1.7 7.5 5.5',
  operator:
    'M5 14v-2a7 7 0 0 1 14 0v2M5 13h2.5v5H6a1 1 0 0 1-1-1zm14 0h-2.5v5H18a1 1 0 0 0 1-1zm-1 5c0 2-2 2.5-4.5 2.5',
  settings:
    'M4 7h9m5 0h2M4 17h3m5 0h8M15.5 4.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zm-6 10a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z',
  trace: 'M6 4.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm0 11a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm0-7v7m5-9h9m-9 11h9',
  trash: 'M5 7h14m-9-3h4M7 7l1 13h8l1-13m-7 4v5m4-5v5',
  flow: 'M3.5 6h6v5h-6zM14.5 13h6v5h-6zM9.5 8.5H12v7h2.5',
  list: 'M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01',
  cart: 'M3.5 4.5h2.2l2.1 10.5h9.7l2-7.5H6.4M9.3 18.5a1 1 0 1 0 0 2 1 1 0 0 0 0-2zm7 0a1 1 0 1 0 0 2 1 1 0 0 0 0-2z',
  inbox: 'M4 13.5 6.5 5h11L20 13.5V19H4zm0 0h4.5l1.5 2.5h4l1.5-2.5H20',
  chart: 'M4.5 4.5v15h15M8.5 15.5v-4m4 4v-8m4 8v-6',
  book: 'M5 5.5a2 2 0 0 1 2-2h12v17H7a2 2 0 0 1-2-2zm0 13a2 2 0 0 1 2-2h12M9 7.5h6',
  filter: 'M4 6.5h16M7 12h10m-7 5.5h4',
  menu: 'M4 7h16M4 12h16M4 17h16',
  'sign-out': 'M14 4.5H5.5v15H14M10 12h10m-3.5-3.5L20 12l-3.5 3.5',
  eye: 'M3 12c2-4 5.2-6 9-6s7 2 9 6c-2 4-5.2 6-9 6s-7-2-9-6zm9-2.6a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2z',
  lock: 'M6 10.5h12v9H6zm2.5 0V8a3.5 3.5 0 0 1 7 0v2.5M12 14v2',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 20.5h4',
  'bell-off': 'M6 16.5V11c0-1 .2-1.9.7-2.7M9 5.8A6 6 0 0 1 18 11v3m.5 4.5h-14l1.5-2M10 20.5h4M4.5 4.5l15 15',
  reply: 'M9.5 7 5 11.5 9.5 16M5 11.5h8.5a5.5 5.5 0 0 1 5.5 5.5v1',
} as const;

export type IconName = keyof typeof PATHS;

/** An icon that takes the text's colour and 1.25 of its size. */
export function icon(name: IconName): TemplateResult {
  return html`<svg
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.7"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d=${PATHS[name]} />
  </svg>`;
}

/** The app that customers of a channel look at: WAHA is another way to WhatsApp. */
export const appOf = (channel: string): string => (channel === 'waha' ? 'whatsapp' : channel);

/** The icon of a channel; one that a package added gets the neutral bubble. */
export function channelIcon(channel: string): IconName {
  const app = appOf(channel);
  return app === 'telegram' || app === 'whatsapp' || app === 'instagram' ? app : 'chat';
}
