import { css, html, nothing } from 'lit';
import { load, save } from '../storage.ts';
import { base, DmElement, define } from './base.ts';
import { type IconName, icon } from './icons.ts';
import './segments.ts';
import './select.ts';

export interface ShellLabels {
  navigation: string;
  skip: string;
  theme: string;
  system: string;
  light: string;
  dark: string;
  language: string;
}

export interface ShellPage {
  href: string;
  label: string;
  /** Stands for the label where there is little room, but of the current one. */
  icon?: IconName;
  current?: boolean;
}

type Theme = 'system' | 'light' | 'dark';

function storedTheme(): Theme {
  const theme = load('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

// At load, before the first element is drawn, so that a chosen theme does not flash.
applyTheme(storedTheme());

/** Header with navigation, theme and language around a page that fills the rest of the window. `dm-language` tells the wanted one. */
export class DmShell extends DmElement {
  static override properties = {
    labels: { attribute: false },
    pages: { attribute: false },
    languages: { attribute: false },
    language: {},
    logo: {},
    theme: { state: true },
  };
  declare labels: ShellLabels;
  declare pages: readonly ShellPage[];
  declare languages: readonly { value: string; label: string; lang?: string }[];
  declare language: string;
  /** Address of the picture beside the name. */
  declare logo: string;
  declare private theme: Theme;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        grid-template-rows: auto minmax(0, 1fr);
        block-size: 100dvh;
      }
      header {
        display: flex;
        align-items: center;
        gap: var(--dm-space-4);
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
        gap: var(--dm-space-1);
        min-inline-size: 0;
      }
      nav a {
        padding: 6px 12px;
        border-radius: var(--dm-radius-m);
        color: var(--dm-muted);
        font-weight: 550;
        text-decoration: none;
      }
      nav a:hover {
        background: var(--dm-hover);
      }
      nav a[aria-current] {
        background: var(--dm-accent-soft);
        color: var(--dm-accent);
      }
      nav svg {
        display: block;
      }
      .small {
        display: none;
      }
      .skip:not(:focus) {
        position: absolute;
        clip-path: inset(50%);
      }
      main {
        min-block-size: 0;
        min-inline-size: 0;
      }
      main:focus-visible {
        outline: none;
      }
      @media (max-width: 620px) {
        header {
          gap: var(--dm-space-2);
          padding-inline: var(--dm-space-3);
        }
        /* A row of their own: where one is in words, the others by their signs. */
        nav {
          flex: 1 0 100%;
          flex-wrap: wrap;
          order: 1;
        }
        header {
          flex-wrap: wrap;
          row-gap: 4px;
          padding-block: 6px;
        }
        .brand {
          flex: 1;
        }
        a:not([aria-current]) .small {
          display: block;
        }
        a:not([aria-current]) .word {
          position: absolute;
          inline-size: 1px;
          block-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        nav a {
          padding-inline: 10px;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.pages = [];
    this.languages = [];
    this.language = 'en';
    this.logo = '';
    this.theme = storedTheme();
  }

  #setTheme(theme: Theme): void {
    this.theme = theme;
    save('theme', theme);
    applyTheme(theme);
  }

  override render() {
    const { labels } = this;
    return html`<header>
        <button class="skip" type="button" @click=${() => this.renderRoot.querySelector('main')?.focus()}>${labels.skip}</button>
        <div class="brand"><img src=${this.logo} alt="" width="26" height="26" /><span translate="no">Dragoman</span></div>
        <nav aria-label=${labels.navigation}>
          ${this.pages.map(
            (page) => html`<a href=${page.href} aria-current=${page.current ? 'page' : nothing}>
              ${page.icon ? html`<span class="small">${icon(page.icon)}</span>` : nothing}
              <span class=${page.icon ? 'word' : ''}>${page.label}</span>
            </a>`,
          )}
        </nav>
        <dm-select
          .label=${labels.language}
          .value=${this.language}
          .options=${this.languages}
          @dm-change=${(e: CustomEvent<string>) => this.emit('dm-language', e.detail)}
        ></dm-select>
        <dm-segments
          bare
          .label=${labels.theme}
          .value=${this.theme}
          .segments=${[
            { value: 'system', label: labels.system, icon: 'system' },
            { value: 'light', label: labels.light, icon: 'sun' },
            { value: 'dark', label: labels.dark, icon: 'moon' },
          ]}
          @dm-change=${(e: CustomEvent<Theme>) => this.#setTheme(e.detail)}
        ></dm-segments>
      </header>
      <main tabindex="-1"><slot></slot></main>`;
  }
}

define('dm-shell', DmShell);
