/** WhatsApp's files: an id names an address of Meta that wants the token too. */
import type { Media } from '../../core/model.ts';
import type { ChannelSettings, Http } from '../../core/ports.ts';
import { fetchFile, fetchJson, unavailable } from '../shared/download.ts';
import { object, text } from '../shared/json.ts';

/** Whoever is asked here gets the token. */
const HOSTS = ['lookaside.fbsbx.com'];

export async function download(
  { ref }: Media,
  { apiBase = '', apiVersion, accessToken }: ChannelSettings,
  http: Http,
  limit: number,
): Promise<Uint8Array> {
  if (!ref || !/^[\w-]+$/.test(ref)) throw unavailable('the platform gave no id for it.');
  const headers = { authorization: `Bearer ${accessToken || 'simulator'}` };
  const answer = await fetchJson(http, `${apiBase}/${apiVersion}/${ref}`, headers);
  const url = text(object(answer)?.url) ?? '';
  return fetchFile(http, { url, headers, limit, hosts: HOSTS, apiBase });
}
