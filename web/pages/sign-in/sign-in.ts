/** The page where one signs in, and goes on from there to the page that was asked for. */
import { css, html, nothing, type PropertyValues } from 'lit';
import { refusal, send } from '../../api.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import { PAGES, type Session } from '../../components/page-nav.ts';
import { introduce } from '../../frame.ts';
import { LANGUAGES } from '../../i18n.ts';
import { i18n, language, said, t } from './words.ts';
import '../../components/select.ts';

/** A page beside this one, with its query: no other place is gone to. */
const BESIDE = /^[\w-]+(\?[^#]*)?$/;

/** How one signs in here (`GET /session/way`). */
type Way = { by: 'password' | 'elsewhere' | 'nothing' } | { by: 'page'; label: string };

const OFFLINE = `${t('error.offline')} ${t('error.offlineAction')}`;

export class DmSignIn extends DmElement {
  static override properties = {
    session: { state: true },
    way: { state: true },
    problem: { state: true },
    busy: { state: true },
    shown: { state: true },
  };
  /** Who comes and need not sign in. */
  declare private session: Session | undefined;
  /** Undefined until it is known. */
  declare private way: Way | undefined;
  declare private problem: string;
  declare private busy: boolean;
  /** The password is to be seen. */
  declare private shown: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        min-block-size: 100dvh;
        padding: var(--dm-space-4);
        place-items: center;
      }
      main {
        display: grid;
        gap: var(--dm-space-4);
        inline-size: 100%;
        max-inline-size: 380px;
        padding: var(--dm-space-6) var(--dm-space-5);
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-l);
        background: var(--dm-surface);
        box-shadow: var(--dm-shadow-high);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: var(--dm-space-3);
      }
      h1 {
        margin: 0;
        font-size: 1.25rem;
        letter-spacing: -0.01em;
      }
      form,
      label {
        display: grid;
        gap: var(--dm-space-3);
      }
      label {
        gap: var(--dm-space-1);
        font-size: var(--dm-size-s);
        font-weight: 550;
      }
      input {
        inline-size: 100%;
        min-block-size: 44px;
        padding: 8px 12px;
        border: 1px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        font-size: 1rem;
        font-weight: 400;
      }
      .password {
        position: relative;
      }
      .password input {
        padding-inline-end: 48px;
      }
      .eye {
        position: absolute;
        inset-block: 4px;
        inset-inline-end: 4px;
        display: grid;
        inline-size: 40px;
        place-items: center;
        border: 0;
        border-radius: var(--dm-radius-s);
        background: none;
        color: var(--dm-muted);
      }
      .eye[aria-pressed='true'] {
        color: var(--dm-accent);
      }
      .go {
        display: grid;
        min-block-size: 44px;
        padding: 8px 12px;
        place-items: center;
        border: 0;
        border-radius: var(--dm-radius-m);
        background: var(--dm-accent);
        color: var(--dm-on-accent);
        font-weight: 600;
        text-align: center;
        text-decoration: none;
      }
      .go:hover:not(:disabled) {
        background: var(--dm-accent-hover);
      }
      .go:disabled {
        opacity: 0.6;
      }
      p {
        margin: 0;
      }
      .note {
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      .problem:not(:empty),
      .known {
        padding: var(--dm-space-3);
        border-radius: var(--dm-radius-m);
        background: var(--dm-bad-soft);
        color: var(--dm-bad);
      }
      .known {
        background: var(--dm-accent-soft);
        color: var(--dm-text);
      }
      .known a {
        color: var(--dm-accent);
        font-weight: 600;
      }
    `,
  ];

  constructor() {
    super();
    this.problem = '';
    this.busy = false;
    this.shown = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    introduce('sign-in', i18n);
    void this.#whoComes();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('way')) this.renderRoot.querySelector<HTMLElement>('input, .go')?.focus();
  }

  async #whoComes(): Promise<void> {
    const came = new URLSearchParams(location.search).get('came');
    try {
      if (came === 'in') {
        this.problem = await this.#goOn();
        if (!this.problem) return;
      } else if (came === 'refused') this.problem = t('refused');
      const [who, way] = await Promise.all([send('/session?optional=true'), send('/session/way')]);
      if (who.status === 200) this.session = (await who.json()) as Session;
      this.way = way.ok ? ((await way.json()) as Way) : { by: 'password' };
    } catch {
      this.problem = OFFLINE;
      this.way = { by: 'password' };
    }
  }

  /** Where one wanted to, or the first page that one may see. */
  #onward({ pages, editor }: Session): string | undefined {
    const wanted = new URLSearchParams(location.search).get('to') ?? '';
    if (BESIDE.test(wanted) && !wanted.startsWith('sign-in')) return wanted;
    return PAGES.find((name) => pages.includes(name)) ?? editor;
  }

  async #signIn(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const fields = new FormData(event.target as HTMLFormElement);
    this.busy = true;
    this.problem = '';
    try {
      this.problem = await this.#tried(String(fields.get('name')).trim(), String(fields.get('password')));
    } catch {
      this.problem = OFFLINE;
    }
    this.busy = false;
    if (this.problem) this.renderRoot.querySelector<HTMLInputElement>('[name=password]')?.select();
  }

  /** @returns what is wrong; empty where the browser goes on */
  async #tried(name: string, password: string): Promise<string> {
    const response = await send('/session', { body: { name, password } });
    if (response.status === 401) return t('wrong');
    if (response.status === 429) return t('wait', { n: Math.ceil(Number(response.headers.get('retry-after')) / 60) });
    if (!response.ok) {
      const { text, action } = said.problem(await refusal(response));
      return `${text} ${action}`;
    }
    return this.#goOn();
  }

  /** Who is signed in goes on from here. @returns as `#tried` */
  async #goOn(): Promise<string> {
    const known = await send('/session');
    if (known.status === 401) return t('refused');
    const to = known.ok ? this.#onward((await known.json()) as Session) : undefined;
    if (!to) return t('nothing');
    location.replace(to);
    return '';
  }

  #known(session: Session) {
    const to = this.#onward(session);
    return html`<p class="known">
      ${session.kind === 'user' ? t('here', { name: session.name }) : t('local')}
      ${to ? html`<a href=${to}>${t('goOn')}</a>` : nothing}
    </p>`;
  }

  #password() {
    const { shown } = this;
    return html`<form @submit=${(event: SubmitEvent) => this.#signIn(event)}>
        <label>${t('name')}<input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" dir="auto" required maxlength="200" /></label>
        <label
          >${t('password')}<span class="password" dir="ltr"
            ><input
              name="password"
              type=${shown ? 'text' : 'password'}
              autocomplete="current-password"
              required
              maxlength="1000"
            /><button
              class="eye"
              type="button"
              aria-label=${t(shown ? 'hide' : 'show')}
              aria-pressed=${shown}
              @click=${() => {
                this.shown = !shown;
              }}
            >
              ${icon('eye')}
            </button></span
          ></label
        >
        ${this.#problem()}
        <button class="go" ?disabled=${this.busy}>${t('submit')}</button>
      </form>
      <p class="note">${t('note')}</p>`;
  }

  #problem = () => html`<p class="problem" role="alert">${this.problem}</p>`;

  #way() {
    const { way } = this;
    if (!way) return nothing;
    if (way.by === 'password') return this.#password();
    if (way.by !== 'page') return html`<p>${t(way.by === 'elsewhere' ? 'elsewhere' : 'nowhere')}</p>`;
    const to = new URLSearchParams(location.search).get('to') ?? '';
    return html`${this.#problem()}
      <a class="go" href="sign-in/strategy?to=${encodeURIComponent(to)}">${t('by', { label: way.label })}</a>
      <p class="note">${t('another')}</p>`;
  }

  override render() {
    const { session } = this;
    return html`<main>
      <div class="brand">
        <img src="sign-in/assets/icon.svg" alt="" width="40" height="40" />
        <h1>${t('heading')}</h1>
      </div>
      ${session ? this.#known(session) : nothing} ${this.#way()}
      <dm-select
        .label=${t('shell.language')}
        .value=${language}
        .options=${LANGUAGES}
        @dm-change=${(e: CustomEvent<string>) => {
          const query = new URLSearchParams(location.search);
          query.set('lang', e.detail);
          location.search = String(query);
        }}
      ></dm-select>
    </main>`;
  }
}

define('dm-sign-in', DmSignIn);
