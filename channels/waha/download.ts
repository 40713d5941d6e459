/** Customers' files, which lie on WAHA's own disk for a while; what it did not fetch yet, it is asked to. */
import type { Media } from '../../core/model.ts';
import type { ChannelSettings, Http } from '../../core/ports.ts';
import { fetchFile, fetchJson, unavailable } from '../shared/download.ts';
import { object } from '../shared/json.ts';
import { filePath } from './content.ts';
import { messageId } from './ids.ts';
import { apiUrl, keyOf } from './send.ts';

const FILE = /^\/api\/files\/([\w@.%:=+~-]+(?:\/[\w@.%:=+~-]+)*)$/;
/** Out of the folder, to where the key opens more. */
const DOTS = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

export async function download(
  { ref = '' }: Media,
  settings: ChannelSettings,
  http: Http,
  limit: number,
): Promise<Uint8Array> {
  const headers = keyOf(settings);
  const path = FILE.test(ref) ? ref : await fetched(ref, settings, http);
  const [, file] = FILE.exec(path ?? '') ?? [];
  if (!file || DOTS.test(file)) throw unavailable('WAHA gave no path of it.');
  const url = apiUrl(settings, `files/${file}`);
  return fetchFile(http, { url, headers, limit, hosts: [], apiBase: settings.apiBase ?? '' });
}

/** Asks for the message once more, with its file. @returns the file's path */
async function fetched(ref: string, settings: ChannelSettings, http: Http): Promise<string | undefined> {
  const { whole, chat } = messageId(ref);
  if (!whole || !chat) throw unavailable('WAHA gave no id for it.');
  const [session, inChat, message] = [settings.sessionId ?? '', chat, whole].map(encodeURIComponent);
  const url = apiUrl(settings, `${session}/chats/${inChat}/messages/${message}?downloadMedia=true`);
  return filePath(object(object(await fetchJson(http, url, keyOf(settings)))?.media)?.url);
}
