/** Instagram requests out. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { ChannelSettings, Http, Identified, SendResult } from '../../core/ports.ts';
import { object, text } from '../shared/json.ts';
import { graphFailure, graphRead } from '../shared/meta.ts';
import { postJson } from '../shared/send.ts';
import { RULES } from './errors.ts';
import type { InstagramPart } from './render.ts';

/** Graph versions are valid for two years; this one until July 2028. */
const API_VERSION = 'v25.0';

export async function send(part: Json, address: Json, settings: ChannelSettings, http: Http): Promise<SendResult> {
  const { message } = part as unknown as InstagramPart;
  return post(http, settings, address, { messaging_type: 'RESPONSE', message });
}

/** Marks the conversation as seen, then shows "typing". */
export async function typing(
  address: Json,
  _lastPlatformId: string | undefined,
  settings: ChannelSettings,
  http: Http,
): Promise<void> {
  await post(http, settings, address, { sender_action: 'mark_seen' });
  await post(http, settings, address, { sender_action: 'typing_on' });
}

/** Whose the token is; its `user_id` is what webhooks name. */
export async function identify(settings: ChannelSettings, http: Http): Promise<Identified> {
  const { apiBase, accessToken = '', account } = settings;
  const url = `${apiBase}/${API_VERSION}/${accessToken ? 'me' : account}?fields=user_id,username`;
  const { user_id: id, username } = await graphRead(http, 'Instagram', { url, token: accessToken });
  return { name: `@${text(username) ?? ''}`, id: text(id) ?? '' };
}

function post(http: Http, settings: ChannelSettings, address: Json, body: JsonObject): Promise<SendResult> {
  const { apiBase, accountId, accessToken, account } = settings;
  const id = text(object(address)?.id) ?? '';
  const request = {
    url: `${apiBase}/${API_VERSION}/${accountId || (accessToken ? 'me' : account)}/messages`,
    headers: { authorization: `Bearer ${accessToken || 'simulator'}` },
    body: { recipient: { id }, ...body },
    hide: [accessToken, id],
  };
  return postJson(http, request, (answer) => {
    const json = object(answer.json);
    if (answer.status < 200 || answer.status > 299 || json?.error !== undefined)
      return graphFailure('INSTAGRAM', RULES, answer);
    return { ok: true, platformId: text(json?.message_id) };
  });
}
