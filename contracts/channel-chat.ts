/** The part of the channel contract for those whose customers write by a line that they hold to this process. */
import type { Json } from '../core/model.ts';
import type { Channel, ChatInput, ChatOutput, Chatting, InboundRequest, ShownMessage } from '../core/ports.ts';
import type { LineSamples } from './channel-line.ts';
import { mutants } from './channel-tools.ts';

interface Kit {
  it(name: string, body: () => void | Promise<void>): unknown;
  expect(value: unknown, message?: string): { toBe(expected: unknown): void; toEqual(expected: unknown): void };
}

/** What the contract must know of such a line; `bodies` are `ChatWords`. */
export type ChatSamples = Omit<LineSamples, 'key'>;

const INPUTS: Record<ChatInput['kind'], true> = { message: true, button: true, seen: true, ping: true, wrong: true };
const WORDS = 'مرحبًا «Ana»\n"5" 🎉';

function outputs(message: ShownMessage): { [Kind in ChatOutput['kind']]: Omit<ChatOutput & { kind: Kind }, 'kind'> } {
  return {
    open: {
      opening: {
        ...{ chat: 'chat-1', title: WORDS, language: 'ar', guest: true, mode: 'bot', cursor: 7, read: 5, more: false },
        ...{ messages: [message, { ...message, author: 'customer', parts: [], text: WORDS }], heartbeatMs: 1 },
      },
    },
    stored: { id: 'a', cursor: 7 },
    message: { message },
    draft: { text: WORDS },
    typing: { on: true },
    state: { mode: 'human' },
    pong: { n: 7 },
    error: { code: 'too-fast', message: WORDS, id: 'a', retryAfterMs: 9 },
  };
}

/** @param chat the channel's */
export function heldChats(channel: Channel, chat: Chatting, samples: ChatSamples, { it, expect }: Kit): void {
  const { settings, address, frames } = samples;

  it('takes words from its own lines only, whatever a request says', () => {
    const request = (method: string): InboundRequest => ({
      ...{ method, path: '/', query: {}, headers: {}, body: new TextEncoder().encode('{}') },
    });
    expect(channel.verify(request(chat.method), settings)).toEqual({ ok: true, signed: true });
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', chat.method.toLowerCase(), ''])
      expect(channel.verify(request(method), settings).ok, method).toBe(false);
  });

  it('reads each of its frames', () => {
    for (const frame of frames)
      expect(chat.read(JSON.stringify(frame)).kind === 'wrong', JSON.stringify(frame)).toBe(false);
  });

  it('never throws on a frame with anything missing or of another type, nor on what is no frame', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const texts = ['', '{', 'null', '[]', '7', '"type"', deep, '{"__proto__":{"type":"x"}}', '{"type":"__proto__"}'];
    const all = [...texts, ...frames.flatMap((frame) => [...mutants(frame)].map((mutant) => JSON.stringify(mutant)))];
    for (const frame of all) {
      let kind = 'threw';
      try {
        kind = chat.read(frame).kind;
      } catch {}
      expect(Object.hasOwn(INPUTS, kind), `${kind} ${frame.slice(0, 200)}`).toBe(true);
    }
  });

  it('writes each thing that a page is told as a frame of JSON', () => {
    const parts = channel.render({ text: WORDS, buttons: [{ id: 'a', title: 'A' }] });
    const all = outputs({ id: 'm', cursor: 7, author: 'bot', at: 5, text: '', parts });
    for (const [kind, rest] of Object.entries(all))
      expect(typeof JSON.parse(chat.write({ kind, ...rest } as ChatOutput)), kind).toBe('object');
  });

  it('tells the buttons of what it rendered, and none of anything else', () => {
    const parts = channel.render({ text: 'Which one?', buttons: [{ id: 'a', title: 'A' }] });
    expect(parts.flatMap((part) => chat.buttons(part))).toEqual([{ id: 'a', title: 'A' }]);
    const others: Json[] = [null, 7, 'x', [], {}];
    for (const part of others) expect(chat.buttons(part)).toEqual([]);
  });

  it('hands what is sent to who keeps the lines, and tries again where nobody does', async () => {
    const [part] = channel.render({ text: 'Hola' });
    const told: unknown[] = [];
    const send = () => channel.send(part!, address, settings, noHttp);
    const later = async () => {
      const result = await send();
      return !result.ok && result.failure;
    };
    expect(await later()).toBe('retry');
    const close = chat.serve({
      post: async (chat) => {
        told.push(['post', chat]);
        return { ok: true, platformId: 'x' };
      },
      typing: (chat) => void told.push(['typing', chat]),
      draft: (chat, text) => told.push(['draft', chat, text]) > 0,
    });
    expect(await send()).toEqual({ ok: true, platformId: 'x' });
    await channel.typing?.(address, undefined, settings, noHttp);
    expect((await channel.draft?.(part!, 1, address, settings, noHttp)) ?? true).toBe(true);
    expect(new Set(told.map((each) => (each as string[])[1])).size).toBe(1);
    close();
    expect(await later()).toBe('retry');
    expect((await channel.draft?.(part!, 1, address, settings, noHttp)) ?? false).toBe(false);
  });
}

const noHttp = () => Promise.reject(new Error('A line needs no HTTP.'));
