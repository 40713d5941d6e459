/** What the tests of the OpenAI provider share. */
import { expect } from 'vitest';
import { createEgress } from '../../adapters/net/egress.ts';
import type { ProviderError } from '../../core/answering/answering.ts';
import type { AnswerRequest, ChatMessage, Provider, ProviderAnswer } from '../../core/ports.ts';
import { createOpenAiProvider, type OpenAiConfig } from '../../providers/openai/openai.ts';
import type { Asked, startLlm } from '../../simulator/llm.ts';

export type LlmServer = Awaited<ReturnType<typeof startLlm>>;

export const KEY = 'sk-test-0123456789';
/** The customer's, which no error may repeat. */
export const WORDS = 'my number is 0034600111222';

/** The client that requests leave by in the product. */
const egress = createEgress({ debug: () => {} });

export const providerAt = (baseUrl: string, config: Partial<OpenAiConfig> = {}): Provider =>
  createOpenAiProvider({ apiKey: KEY, baseUrl, model: 'gpt-5-mini', kind: 'llm', fetch: egress, ...config });

export const request = (more: Partial<AnswerRequest> = {}): AnswerRequest => ({
  instructions: 'You are Ana.',
  history: [{ role: 'user', text: WORDS }],
  passages: [],
  session: 'session-1',
  timeoutMs: 5000,
  ...more,
});

/** The error of one question, which must hold neither the customer's words, nor the prompt, nor the key. */
export async function failureOf(asking: Promise<unknown>): Promise<ProviderError> {
  const error = await asking.then(
    () => {
      throw new Error('It answered.');
    },
    (reason: ProviderError) => reason,
  );
  expect(error).toMatchObject({ name: 'DragomanError', code: 'PROVIDER_FAILED' });
  expect(error.action).not.toBe('');
  const everything = JSON.stringify([error, error.message, error.action, String(error.cause)]);
  for (const secret of ['0034600', KEY, 'Ana']) expect(everything).not.toContain(secret);
  return error;
}

/** A conversation as the engine keeps it: our own history, and the head of the last answer. */
export function conversation(provider: Provider) {
  const history: ChatMessage[] = [];
  let head: ProviderAnswer['head'];
  return {
    history,
    head: () => head,
    async say(text: string, more: Partial<AnswerRequest> = {}): Promise<string> {
      history.push({ role: 'user', text });
      const answer = await provider.answer(
        request({ history: [...history], head: head ? { ...head, seq: 1 } : null, ...more }),
      );
      head = answer?.head;
      history.push({ role: 'assistant', text: answer?.text ?? '' });
      return answer?.text ?? '';
    },
  };
}

/** A model that tells everything the customer ever said to it. */
export const recalling = ({ messages }: Asked): string =>
  messages.flatMap(({ role, text }) => (role === 'user' ? [text] : [])).join('|');
