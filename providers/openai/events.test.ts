import { afterEach, describe, expect, it } from 'vitest';
import { refusing, saying, startOdd } from '../../test/support/odd-llm.ts';
import { failureOf, providerAt, request } from '../../test/support/openai.ts';

let odd: Awaited<ReturnType<typeof startOdd>>;
afterEach(() => odd.close());
async function answering(body: string, type = 'text/event-stream') {
  odd = await startOdd(() => ({ body, type }));
  return providerAt(odd.url).answer(request());
}
const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const whole = JSON.stringify(saying('At nine.').body);

describe('a request that asked for no stream', () => {
  it.each<[string, string]>([
    ['pieces', `${chunk({ role: 'assistant', content: 'At ' })}${chunk({ content: 'nine.' }, 'stop')}data: [DONE]\n\n`],
    ['pieces without a reason, but an end', `${chunk({ content: 'At nine.' })}data: [DONE]\n\n`],
    [
      'comments between pieces',
      `: ping\n\n${chunk({ content: 'At ' })}: ping\n\n${chunk({ content: 'nine.' }, 'stop')}`,
    ],
    ['one event with all of it', `event: message\ndata: ${whole}\n\n`],
    ['line ends of Windows', `${chunk({ content: 'At nine.' }, 'stop')}`.replaceAll('\n', '\r\n')],
  ])('understands a stream: %s', async (_, body) => {
    expect((await answering(body))?.text).toBe('At nine.');
  });

  it.each([`: PROCESSING\n\n${whole}`, `: a\n: b\n\n\n${whole}`, `\uFEFF: a\n${whole}`])(
    'reads what stands behind comments: %j',
    async (body) => {
      expect((await answering(body, 'application/json'))?.text).toBe('At nine.');
    },
  );

  it('runs a call that comes in pieces', async () => {
    const piece = (given: object) => chunk({ tool_calls: [{ index: 0, ...given }] });
    odd = await startOdd(({ messages }) =>
      messages.some(({ role }) => role === 'tool')
        ? saying('9 €')
        : {
            type: 'text/event-stream',
            body: `${piece({ id: 'c', type: 'function', function: { name: 'price', arguments: '{"sku":' } })}${piece({ function: { arguments: '"a"}' } })}${chunk({}, 'tool_calls')}`,
          },
    );
    const ran: string[] = [];
    const answer = await providerAt(odd.url).answer(
      request({
        tools: [{ name: 'price', description: '', parameters: { type: 'object' } }],
        callTool: async (call) => {
          ran.push(call.arguments);
          return '9';
        },
      }),
    );
    expect([answer?.text, ran]).toEqual(['9 €', ['{"sku":"a"}']]);
  });

  it('takes a stream that breaks off for no answer', async () => {
    odd = await startOdd(() => ({ body: chunk({ content: 'At ni' }), type: 'text/event-stream' }));
    expect((await failureOf(providerAt(odd.url).answer(request()))).message).toMatch(/broke off/);
  });

  it('is told an error that comes as an event', async () => {
    const { body } = refusing('slow down', { code: 429 });
    odd = await startOdd(() => ({ body: `data: ${JSON.stringify(body)}\n\n`, type: 'text/event-stream' }));
    expect((await failureOf(providerAt(odd.url).answer(request()))).message).toMatch(/limits the rate/);
  });

  it.each(['data', ': only a comment\n', 'data: no JSON\n\n'])('is no answer: %j', async (body) => {
    odd = await startOdd(() => ({ body, type: 'text/event-stream' }));
    expect((await failureOf(providerAt(odd.url).answer(request()))).message).toMatch(/as an LLM endpoint does/);
  });
});
