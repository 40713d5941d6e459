/** Photos in both APIs, and servers that see none. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startLlm } from '../../simulator/llm.ts';
import { refusing, saying, startOdd } from '../../test/support/odd-llm.ts';
import { providerAt, request } from '../../test/support/openai.ts';

const pictures = [{ type: 'image/png' as const, data: 'iVBORw0KGgo=' }];
const url = 'data:image/png;base64,iVBORw0KGgo=';
const history = [
  { role: 'user' as const, text: 'Hello' },
  { role: 'assistant' as const, text: 'Hi' },
  { role: 'user' as const, text: '[photo]' },
];

let llm: Awaited<ReturnType<typeof startLlm>>;
let chat: Awaited<ReturnType<typeof startLlm>>;
beforeAll(async () => {
  [llm, chat] = await Promise.all([startLlm(), startLlm({ dialect: 'chat-only' })]);
});
afterAll(() => Promise.all([llm.close(), chat.close()]));
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

it('are parts of the last question in the Responses API', async () => {
  await providerAt(llm.url).answer(request({ history, pictures }));
  const { body } = llm.journal.at(-1)!;
  expect(body).toMatchObject({
    input: [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: '[photo]' },
          { type: 'input_image', image_url: url, detail: 'auto' },
        ],
      },
    ],
  });
});

it('are parts of the last question in chat completions', async () => {
  await providerAt(chat.url).answer(request({ history, pictures }));
  const { body } = chat.journal.at(-1)!;
  expect((body as { messages: unknown[] }).messages.at(-1)).toEqual({
    role: 'user',
    content: [
      { type: 'text', text: '[photo]' },
      { type: 'image_url', image_url: { url } },
    ],
  });
});

it.each([
  [400, 'This model does not support image inputs.'],
  [500, 'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj'],
  [422, 'Failed to deserialize the JSON body: messages[1]: unknown variant `image_url`, expected `text`'],
  [404, 'No endpoints found that support image input'],
  [400, 'Invalid content type. image_url is only supported by certain models.'],
  [400, 'model qwen is not a multimodal model'],
  [422, 'messages.1.content: Input should be a valid string'],
])('are left out for a server that sees none, which is asked so once: %s %s', async (status, message) => {
  const odd = await startOdd((body) =>
    Array.isArray(body.messages.at(-1)?.content) ? refusing(message, {}, status) : saying('In words then.'),
  );
  closing.push(odd.close);
  const told: string[] = [];
  const provider = providerAt(odd.url, { log: { info: (line) => void told.push(line) } });
  for (const _turn of [1, 2])
    expect((await provider.answer(request({ history, pictures })))?.text).toBe('In words then.');
  expect(odd.bodies.map(({ messages }) => Array.isArray(messages.at(-1)?.content))).toEqual([true, false, false]);
  expect(told).toEqual([expect.stringContaining('sees no pictures')]);
});

it('that nobody sent change nothing in what a refusal means', async () => {
  const odd = await startOdd(() => refusing('The image service is not available for this key.', {}, 400));
  closing.push(odd.close);
  await expect(providerAt(odd.url).answer(request({ history }))).rejects.toMatchObject({ code: 'PROVIDER_FAILED' });
  expect(odd.bodies).toHaveLength(1);
});
