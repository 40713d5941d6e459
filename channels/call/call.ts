/** Calls: what a caller says comes by a line that he holds to this process, and what is sent to him is said there. */
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { Channel, ParsedEvent, Say } from '../../core/ports.ts';
import { fields } from './fields.ts';
import { read, write } from './realtime.ts';
import { render } from './render.ts';

/** Of one message; longer ones are said in parts. */
const TEXT_LIMIT = 4_000;
/** No request of HTTP has this method, so nobody else's words come in by it. */
const METHOD = 'LINE';

/** One for a process: it knows its lines. */
export function createCallChannel(): Channel {
  const lines = new Map<string, Say>();
  return {
    id: 'call',
    fields,
    realWhen: [],
    capabilities: { textLimit: TEXT_LIMIT, unit: 'utf16', media: [] },
    spoken: true,
    handshake: () => null,
    verify: ({ method }) =>
      method === METHOD
        ? { ok: true, signed: true }
        : { ok: false, status: 403, reason: 'Calls come by their line: begin one at /calls/start.' },
    parse: (body) => [eventOf(body)],
    render: (content) => render(content, TEXT_LIMIT).map((saying) => ({ ...saying })),
    async send(part, address) {
      const say = lines.get(callOf(address));
      if (say) return say(part);
      return { ok: false, failure: 'recipient', error: { code: 'call-over', message: 'The call is over.' } };
    },
    live: {
      protocol: 'realtime',
      method: METHOD,
      read,
      write,
      open(call, say) {
        lines.set(call, say);
        return () => {
          if (lines.get(call) === say) lines.delete(call);
        };
      },
    },
  };
}

const callOf = (address: Json) => (isObject(address) && typeof address.call === 'string' ? address.call : '');

/** The words of a line, as `Live` says that they are handed in. */
function eventOf(body: Json): ParsedEvent {
  const fields = isObject(body) ? body : {};
  const [call, caller, item, text] = ['call', 'caller', 'item', 'text'].map((name) => wordsIn(fields, name));
  if (!call || !caller || !item || !text)
    return { kind: 'other', type: 'unknown', wrong: 'These are no words of a call.' };
  return {
    ...{ kind: 'message', type: 'message.said', key: `${call}:${item}`, platformId: item, text, media: [] },
    thread: { kind: 'private', key: call, identities: [{ kind: 'caller', value: caller }], address: { call } },
  };
}

const wordsIn = (fields: JsonObject, name: string): string => {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' && value.trim() ? value : '';
};
