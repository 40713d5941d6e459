/** Cloud API requests out. */
import type { Json, JsonObject } from '../../core/model.ts';
import type { ChannelSettings, FileToSend, Http, Identified, SendResult } from '../../core/ports.ts';
import { VOICE } from '../shared/form.ts';
import { list, object, text } from '../shared/json.ts';
import { graphFailure, graphRead } from '../shared/meta.ts';
import { type JsonAnswer, postForm, postJson } from '../shared/send.ts';
import { RULES } from './errors.ts';
import type { WhatsappPart } from './render.ts';

export async function send(part: Json, address: Json, settings: ChannelSettings, http: Http): Promise<SendResult> {
  const { body } = part as unknown as WhatsappPart;
  return post(http, settings, { ...recipient(object(address) ?? {}), ...body });
}

export async function sendVoice(
  sound: Uint8Array,
  address: Json,
  settings: ChannelSettings,
  http: Http,
): Promise<SendResult> {
  const body = (id: string) => ({ type: 'audio', audio: { id, voice: true } });
  return sendUploaded({ ...VOICE, bytes: sound }, body, address, settings, http);
}

export async function sendFile(
  part: Json,
  file: FileToSend,
  address: Json,
  settings: ChannelSettings,
  http: Http,
): Promise<SendResult> {
  const { body } = part as unknown as WhatsappPart;
  const kind = text(body.type) ?? '';
  const { link: _link, ...medium } = object(body[kind]) ?? {};
  return sendUploaded(file, (id) => ({ ...body, [kind]: { ...medium, id } }), address, settings, http);
}

/** Uploaded first. Whatever becomes of that, the customer has got nothing by it. */
async function sendUploaded(
  file: FileToSend,
  body: (id: string) => JsonObject,
  address: Json,
  settings: ChannelSettings,
  http: Http,
): Promise<SendResult> {
  const form = { fields: { messaging_product: 'whatsapp', type: file.type }, file: { field: 'file', ...file } };
  const request = { ...requestTo(settings, 'media'), form };
  const upload = await postForm(http, request, (answer) => judge(answer, (json) => text(json?.id)));
  if (!upload.ok) return upload.failure === 'unknown' ? { ...upload, failure: 'retry' } : upload;
  return post(http, settings, { ...recipient(object(address) ?? {}), ...body(upload.platformId ?? '') });
}

/** Marks the customer's last message as read and shows "typing" for at most 25 seconds; impossible without that message's id. */
export async function typing(
  _address: Json,
  lastPlatformId: string | undefined,
  settings: ChannelSettings,
  http: Http,
): Promise<void> {
  if (!lastPlatformId) return;
  await post(http, settings, { status: 'read', message_id: lastPlatformId, typing_indicator: { type: 'text' } });
}

/** The number that people see, and its name. */
export async function identify(settings: ChannelSettings, http: Http): Promise<Identified> {
  const { apiBase, apiVersion, phoneNumberId, accessToken = '', account } = settings;
  const url = `${apiBase}/${apiVersion}/${phoneNumberId || account}?fields=id,display_phone_number,verified_name`;
  const {
    id,
    display_phone_number: number,
    verified_name: name,
  } = await graphRead(http, 'WhatsApp', {
    url,
    token: accessToken,
  });
  const verified = text(name);
  return { name: `${text(number) ?? ''}${verified ? ` (${verified})` : ''}`.trim(), id: text(id) ?? '' };
}

function recipient(address: JsonObject): JsonObject {
  const group = text(address.group);
  if (group) return { recipient_type: 'group', to: group };
  const phone = text(address.to);
  return phone
    ? { recipient_type: 'individual', to: phone }
    : { recipient_type: 'individual', recipient: text(address.recipient) ?? '' };
}

function post(http: Http, settings: ChannelSettings, body: JsonObject): Promise<SendResult> {
  const { url, headers, hide } = requestTo(settings, 'messages');
  const request = {
    url,
    headers,
    body: { messaging_product: 'whatsapp', ...body },
    hide: [...hide, body.to, text(body.to)?.replace('+', ''), body.recipient],
  };
  return postJson(http, request, (answer) => judge(answer, (json) => text(object(list(json?.messages)[0])?.id)));
}

/** @param edge of the account's number */
function requestTo({ apiBase, apiVersion, phoneNumberId, accessToken, account }: ChannelSettings, edge: string) {
  return {
    url: `${apiBase}/${apiVersion}/${phoneNumberId || account}/${edge}`,
    headers: { authorization: `Bearer ${accessToken || 'simulator'}` },
    hide: [accessToken],
  };
}

function judge(answer: JsonAnswer, idIn: (json: JsonObject | undefined) => string | undefined): SendResult {
  const json = object(answer.json);
  if (answer.status < 200 || answer.status > 299 || json?.error !== undefined)
    return graphFailure('WHATSAPP', RULES, answer);
  return { ok: true, platformId: idIn(json) };
}
