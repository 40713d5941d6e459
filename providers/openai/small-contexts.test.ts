import { afterEach, describe, expect, it } from 'vitest';
import type { Passage } from '../../core/model.ts';
import type { ChatMessage } from '../../core/ports.ts';
import { type OddAnswer, type OddBody, refusing, saying, startOdd } from '../../test/support/odd-llm.ts';
import { failureOf, providerAt, request } from '../../test/support/openai.ts';

let odd: Awaited<ReturnType<typeof startOdd>>;
afterEach(() => odd.close());
const log: string[] = [];
async function at(answer: (body: OddBody, raw: string) => OddAnswer | undefined) {
  odd = await startOdd(answer);
  log.length = 0;
  return providerAt(odd.url, { log: { info: (line) => void log.push(line) } });
}

describe('a small context', () => {
  const passages = Array.from(
    { length: 5 },
    (_, index): Passage => ({
      ...{ id: `p${index}`, base: 'b', source: 's.md', score: 1 },
      title: `Title ${index}`,
      text: 'word '.repeat(200),
    }),
  );
  const history = Array.from(
    { length: 21 },
    (_, index): ChatMessage => ({
      role: index % 2 ? 'assistant' : 'user',
      text: `${index} ${'talk '.repeat(80)}`,
    }),
  );
  const size = ({ messages }: OddBody) => messages.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);

  it('gets the newest of the history and the best of the knowledge, at once from then on', async () => {
    const provider = await at((body) =>
      size(body) > 6000 ? refusing("This model's maximum context length is 2048 tokens.") : saying('Hi'),
    );
    expect((await provider.answer(request({ history, passages })))?.text).toBe('Hi');
    const last = odd.bodies.at(-1)!;
    expect(last.messages.at(-1)?.content).toMatch(/Title 0[\s\S]*<customer>\n20 talk/);
    expect(last.messages.at(-1)?.content).not.toContain('Title 4');
    expect(last.messages[1]?.role).toBe('user');
    expect(last.max_tokens).toBe(512);
    const before = odd.bodies.length;
    await provider.answer(request({ history, passages }));
    expect(odd.bodies.length - before).toBe(1);
    expect(log.length).toBe(before - 1);
  });

  it('that the last question does not fit into either is an error that says so', async () => {
    const provider = await at(() => refusing('prompt is too long: 900 tokens > 200 maximum'));
    expect((await failureOf(provider.answer(request({ history, passages })))).message).toContain('too long');
    expect(odd.bodies.length).toBeLessThan(12);
  });
});
