/** What the channels' own tests share. */
import { readFileSync } from 'node:fs';
import type { Json } from '../core/model.ts';
import type { Channel, Http, HttpRequest, ParsedEvent, ParsedMessage } from '../core/ports.ts';

export function sample(channel: string, name: string): Json {
  return JSON.parse(readFileSync(new URL(`${channel}/samples/${name}.json`, import.meta.url), 'utf8')) as Json;
}

/** The events of a sample. */
export function events(channel: Channel, name: string): ParsedEvent[] {
  return channel.parse(sample(channel.id, name));
}

/** The one event of a sample, whatever its kind. */
export function only(channel: Channel, name: string): ParsedEvent {
  const all = events(channel, name);
  if (all.length !== 1) throw new Error(`${name} has ${all.length} events.`);
  return all[0]!;
}

/** The one message of a sample. */
export function message(channel: Channel, name: string): ParsedMessage {
  const event = only(channel, name);
  if (event.kind !== 'message') throw new Error(`${name} is ${event.kind}, not a message.`);
  return event;
}

/** Answers with what `answer` says and keeps the requests, for reading answers that no stand-in gives. */
export function scripted(
  answer: (request: HttpRequest, index: number) => { status: number; body: Json; headers?: Record<string, string> },
): {
  http: Http;
  requests: { url: string; body: Json }[];
} {
  const requests: { url: string; body: Json }[] = [];
  const http: Http = async (request) => {
    const { url, body: sent = 'null' } = request;
    // Of a form the text, its file's bytes included.
    const body = typeof sent === 'string' ? (JSON.parse(sent) as Json) : Buffer.from(sent).toString('latin1');
    requests.push({ url, body });
    const { status, body: said, headers = {} } = answer(request, requests.length - 1);
    return { status, headers, text: JSON.stringify(said) };
  };
  return { http, requests };
}
