/** Telegram's files: `getFile` names a path, which lies below the token. */
import type { Media } from '../../core/model.ts';
import type { ChannelSettings, Http } from '../../core/ports.ts';
import { fetchFile, fetchJson, unavailable } from '../shared/download.ts';
import { object, text } from '../shared/json.ts';
import { methodUrl } from './send.ts';

export async function download(
  { ref }: Media,
  settings: ChannelSettings,
  http: Http,
  limit: number,
): Promise<Uint8Array> {
  if (!ref) throw unavailable('the platform gave no id for it.');
  const answer = await fetchJson(http, `${methodUrl(settings, 'getFile')}?file_id=${encodeURIComponent(ref)}`);
  const path = text(object(object(answer)?.result)?.file_path) ?? '';
  if (!/^[\w-][\w./-]*$/.test(path) || path.includes('..')) throw unavailable('the platform gave no path for it.');
  const apiBase = settings.apiBase ?? '';
  const url = `${apiBase}/file/bot${settings.botToken || settings.account}/${path}`;
  return fetchFile(http, { url, limit, hosts: [], apiBase });
}
