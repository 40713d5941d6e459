/** Instagram's files: the webhook names an address of Meta's delivery network, which wants no token. */
import type { Media } from '../../core/model.ts';
import type { ChannelSettings, Http } from '../../core/ports.ts';
import { fetchFile, unavailable } from '../shared/download.ts';

const HOSTS = ['lookaside.fbsbx.com', 'fbcdn.net', 'cdninstagram.com'];

export async function download(
  { url }: Media,
  { apiBase = '' }: ChannelSettings,
  http: Http,
  limit: number,
): Promise<Uint8Array> {
  if (!url) throw unavailable('the platform gave no address for it.');
  return fetchFile(http, { url, limit, hosts: HOSTS, apiBase });
}
