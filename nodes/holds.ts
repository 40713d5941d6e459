/** The words below an empty field: which value holds there, and where that is from. In the browser only. */
import type { OuterSetting } from '../node-red/server/settings.ts';
import type { Dialog } from './editor.ts';

/**
 * @param own what is typed in, or nothing
 * @param text the dialog's, with words for `holds.…`
 */
export function holds({ env, from, value, secret }: OuterSetting, own: string, text: Dialog<object>['text']): string {
  if (own) return from === 'environment' ? text('holds.own', { env }) : '';
  if (from === 'environment') return secret ? text('holds.secret', { env }) : text('holds.environment', { env, value });
  return from === 'default' ? text('holds.default', { value }) : text('holds.unset');
}
