/** What stands around each page: the way to the others, theme and language, whose test it is, and where it tells what went wrong. */
import { html, nothing, type TemplateResult } from 'lit';
import type { I18n, Key } from './i18n.ts';
import './components/banner.ts';
import './components/shell.ts';
import './components/toast.ts';

/** Those that have a title in the words of all pages: `<name>.title`. */
export type PageName = Key extends infer One ? (One extends `${infer Name}.title` ? Name : never) : never;

/** Gives the document its language, direction and title; once, before the page is drawn. */
export function introduce(page: PageName, { language, direction, t }: I18n): void {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
  document.title = `${t(`${page}.title`)} · Dragoman`;
}

/**
 * What is shown stands in the address, so that a link or a reload finds it. An empty value takes its field away.
 * @param isStep the browser's way back leads to what was shown before
 */
export function putIntoAddress(fields: Record<string, string>, isStep = false): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(fields)) value ? query.set(name, value) : query.delete(name);
  const address = query.size > 0 ? `?${query}` : location.pathname;
  if (isStep) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

/** The page with its frame. Problems are shown by the `dm-toast` in it. */
export const frame = (page: PageName, { t }: I18n, content: unknown): TemplateResult =>
  html`<dm-shell current=${page} skipLabel=${t('shell.skip')}>${content}</dm-shell>
    <dm-toast closeLabel=${t('close')}></dm-toast>`;

/** Says on which accounts messages about orders are only tried out. @param link to what would have been sent, if it is not shown already */
export const testingBanner = ({ t, language }: I18n, accounts: readonly string[], link: unknown = usualLink(t)) =>
  accounts.length > 0
    ? html`<dm-banner>
        ${t('testing.banner', { accounts: new Intl.ListFormat(language).format(accounts) })} ${link}
      </dm-banner>`
    : nothing;

const usualLink = (t: I18n['t']) => html`<a href="orders?show=shown">${t('testing.link')}</a>`;
