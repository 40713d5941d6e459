/** The bar at the top of each page: the way to the others, language and colours, and who is signed in. It asks the server what there is. */
import { html, nothing } from 'lit';
import { api, apiIfSignedIn, leaveToSignIn, signInAddress } from '../api.ts';
import { chooseLanguage, createI18n, type Key, LANGUAGES } from '../i18n.ts';
import { chooseTheme, storedTheme, type Theme } from '../theme.ts';
import { base, DmElement, define } from './base.ts';
import { type IconName, icon } from './icons.ts';
import { look } from './page-nav-look.ts';
import './segments.ts';
import './select.ts';

/** Pages, in their order in the bar. */
const ICONS = {
  inbox: 'inbox',
  orders: 'list',
  calls: 'operator',
  figures: 'chart',
  knowledge: 'book',
  setup: 'settings',
  simulator: 'chat',
  call: 'phone',
} as const satisfies Record<string, IconName>;
export const PAGES = Object.keys(ICONS) as (keyof typeof ICONS)[];

/** What the server says of who asks, and of what surrounds its pages (`GET /session`). */
export interface Session {
  name: string;
  kind: 'user' | 'token' | 'local';
  may: ('dragoman.read' | 'dragoman.reply' | 'dragoman.manage')[];
  /** Pages that this caller may open, by name. */
  pages: string[];
  /** Where the editor and the demo shop are; absent where there is none, or not for this caller. */
  editor?: string;
  demoShop?: string;
}

const { t, language } = createI18n(chooseLanguage(location.search, navigator.languages));

let session: Promise<Session | undefined> | undefined;
/** Who is signed in; undefined: nobody. Asked once a page. */
export function whoAmI(): Promise<Session | undefined> {
  session ??= apiIfSignedIn<Session>('/session?optional=true').catch(() => undefined);
  return session;
}

/** `<dm-nav current="inbox">`. */
export class DmNav extends DmElement {
  static override properties = {
    current: {},
    session: { state: true },
    theme: { state: true },
    open: { state: true },
    narrow: { type: Boolean, reflect: true },
  };
  /** The page's name. */
  declare current: string;
  declare private session: Session | undefined | null;
  declare private theme: Theme;
  declare private open: 'pages' | 'user' | '';
  /** There is no room for the links in a row: they are in a menu. */
  declare private narrow: boolean;
  /** Of all in a row, in CSS pixels. */
  #needed = 0;
  #room = new ResizeObserver(() => this.#fit());

  static override styles = [base, look];

  constructor() {
    super();
    this.current = '';
    this.session = null;
    this.theme = storedTheme();
    this.open = '';
    this.narrow = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void whoAmI().then((found) => {
      this.session = found;
      this.narrow = false;
      void this.updateComplete.then(() => this.#measure());
    });
    addEventListener('pointerdown', this.#outside);
    this.addEventListener('keydown', this.#key);
    this.addEventListener('focusout', this.#left);
    this.#room.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('pointerdown', this.#outside);
    this.#room.disconnect();
  }

  /** How much room the links want in a row, which is known only while they are in one. */
  #measure(): void {
    const nav = this.renderRoot.querySelector('nav');
    if (!nav || this.narrow) return;
    this.#needed = this.clientWidth - nav.clientWidth + nav.scrollWidth;
    this.#fit();
  }

  #fit(): void {
    this.narrow = this.#needed > this.clientWidth;
  }

  #outside = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.open = '';
  };

  #left = (event: FocusEvent): void => {
    if (event.relatedTarget !== null && event.relatedTarget !== this) this.open = '';
  };

  #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.open) return;
    const button = this.renderRoot.querySelector<HTMLElement>(`.menu.${this.open}`);
    this.open = '';
    button?.focus();
  };

  #toggle(which: 'pages' | 'user'): void {
    this.open = this.open === which ? '' : which;
  }

  #setTheme(theme: Theme): void {
    this.theme = theme;
    chooseTheme(theme);
  }

  #setLanguage(wanted: string): void {
    const query = new URLSearchParams(location.search);
    query.set('lang', wanted);
    location.search = String(query);
  }

  async #signOut(everywhere: boolean): Promise<void> {
    await api(everywhere ? '/sessions' : '/session', { method: 'DELETE' });
    await leaveToSignIn();
  }

  #links() {
    const { session, current } = this;
    const names = PAGES.filter((name) => name === current || session?.pages.includes(name));
    const link = (href: string, label: string, sign: IconName, isCurrent = false) =>
      html`<a href=${href} aria-current=${isCurrent ? 'page' : nothing}>${icon(sign)}${label}</a>`;
    return [
      ...names.map((name) => link(name, t(`${name}.title` as Key), ICONS[name], name === current)),
      session?.demoShop ? link(session.demoShop, t('nav.shop'), 'cart') : nothing,
      session?.editor ? link(session.editor, t('shell.editor'), 'flow') : nothing,
    ];
  }

  #panel() {
    const { session } = this;
    return html`<div class="panel" id="user">
      ${session ? html`<div class="who">${icon('user')}<span>${session.kind === 'user' ? session.name : t('nav.local')}</span></div>` : nothing}
      <dm-select
        .label=${t('shell.language')}
        .value=${language}
        .options=${LANGUAGES}
        @dm-change=${(e: CustomEvent<string>) => this.#setLanguage(e.detail)}
      ></dm-select>
      <dm-segments
        .label=${t('shell.theme')}
        .value=${this.theme}
        .segments=${[
          { value: 'system', label: t('shell.system'), icon: 'system' },
          { value: 'light', label: t('shell.light'), icon: 'sun' },
          { value: 'dark', label: t('shell.dark'), icon: 'moon' },
        ]}
        bare
        @dm-change=${(e: CustomEvent<Theme>) => this.#setTheme(e.detail)}
      ></dm-segments>
      ${
        session?.kind === 'user'
          ? html`<button class="do" type="button" @click=${() => this.#signOut(false)}>${icon('sign-out')}${t('nav.signOut')}</button>
              <button class="do" type="button" @click=${() => this.#signOut(true)}>${icon('sign-out')}${t('nav.signOutEverywhere')}</button>`
          : html`<a href=${signInAddress(location)}>${icon('lock')}${t('nav.signIn')}</a>`
      }
    </div>`;
  }

  override render() {
    const { current, open, session } = this;
    const who = session?.kind === 'user' ? session.name : session ? t('nav.local') : '';
    const title = current ? t(`${current}.title` as Key) : t('nav.menu');
    return html`<header>
      <div class="brand"><img src="${current}/assets/icon.svg" alt="" width="26" height="26" /><span translate="no">Dragoman</span></div>
      <button class="menu pages" type="button" aria-expanded=${open === 'pages'} aria-label="${t('shell.navigation')}: ${title}" @click=${() => this.#toggle('pages')}>
        ${icon('menu')}<span>${title}</span>
      </button>
      <nav class=${open === 'pages' ? 'open' : ''} aria-label=${t('shell.navigation')}>${this.#links()}</nav>
      <div class="space"></div>
      <button class="menu user" type="button" aria-expanded=${open === 'user'} aria-label="${who ? `${who}: ` : ''}${t('nav.user')}" @click=${() => this.#toggle('user')}>
        ${icon('user')}<span>${who}</span>
      </button>
      ${open === 'user' ? this.#panel() : nothing}
    </header>`;
  }
}

define('dm-nav', DmNav);
