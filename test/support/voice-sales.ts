/** The shipped flow of calls: its interface as other systems call it, and a model that works by the account's instructions. */
import { expect } from 'vitest';
import type { Asked, Part } from '../../simulator/llm.ts';
import type { Dragoman } from './dragoman.ts';
import { authorOf, type Line, openLine, type Started, wordsOf } from './line.ts';

export const TOKEN = 'word-for-other-systems';
export const WANTED = 'عايز 5 علب باراسيتامول 500';
/** Nothing is set up. */
export const UNSET = Object.fromEntries(
  [
    ...['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OLLAMA_URL', 'OLLAMA_MODEL', 'AI_AGENT_API_KEY', 'DJANGO_API_URL'],
    ...['DJANGO_API_KEY', 'STT_BASE_URL', 'STT_MODEL', 'TTS_BASE_URL', 'TTS_MODEL', 'EMBEDDING_MODEL'],
  ].map((name) => [name, undefined]),
);

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of an API are looked at as they come
  body: any;
}

export function salesApi(bot: Dragoman) {
  async function ask(route: string, { token = TOKEN, headers, ...more }: RequestInit & { token?: string } = {}) {
    const answer = await fetch(bot.runtime.url + route, { ...more, headers: { 'x-api-key': token, ...headers } });
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    const body = isJson ? await answer.json() : Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, headers: answer.headers, body } as Answer;
  }
  const post = (route: string, body: object = {}) =>
    ask(route, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  return {
    ask,
    post,
    start: async (about: object = {}): Promise<Started> => (await post('/calls/start', about)).body,
    /** By the address that the answer printed. */
    async lineOf(started: Started): Promise<Line> {
      const { origin, search, pathname } = new URL(started.websocket_url);
      expect([pathname, search]).toEqual([`/calls/${started.session_id}/audio`, `?ticket=${started.ticket}`]);
      const line = await openLine(origin.replace(/^ws/, 'http'), started);
      await line.next('session.created');
      return line;
    },
  };
}

/** The next answer, and its id. */
export async function answerOn(line: Line): Promise<{ text: string; id: string }> {
  const event = await line.next('conversation.item.done', (one) => authorOf(one) === 'bot');
  return { text: wordsOf(event), id: (event.item as { id: string }).id };
}

/** The same once it was spoken: who says something earlier interrupts. */
export async function heardOn(line: Line): Promise<string> {
  const { text, id } = await answerOn(line);
  await line.next('response.done', ({ response }) => (response as { id: string }).id === id);
  return text;
}

export async function hangUp(line: Line): Promise<void> {
  line.send({ type: 'dragoman.end' });
  await line.closed;
}

/** Looks the product up, orders five boxes of the first that is found, and does what it is told of the caller's yes. */
export function seller() {
  let chosen: { product_id: number; quantity: number } | undefined;
  const order = (): Part[] => [{ call: 'create_order', arguments: { items: [chosen] } }];
  return ({ text, results }: Asked): string | Part[] => {
    const { name, output } = results.at(-1) ?? { name: '', output: '' };
    if (name === 'search_drugs') {
      chosen = { product_id: JSON.parse(output).results[0].id, quantity: 5 };
      return order();
    }
    if (name === 'create_order') {
      const { status, order_id, total } = JSON.parse(output);
      if (status === 'confirmation needed') return 'خمس علب باراسيتامول 500 مجم. هل أسجّل الطلب؟';
      return order_id ? `سُجّل الطلب رقم ${order_id}، والإجمالي ${total} جنيه.` : `لم يُسجّل: ${output}`;
    }
    return /^نعم/.test(text) ? order() : [{ call: 'search_drugs', arguments: { q: 'باراسيتامول 500' } }];
  };
}
