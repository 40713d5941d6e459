/** How the LLM of a scenario behaves. */
import { KEYS, LLM_FAILURES, type LlmMode } from './format.ts';
import type { Value } from './reading.ts';

/** `true`, or how it behaves. */
export function llmOf(value: Value | undefined): LlmMode | undefined {
  if (!value) return undefined;
  if (!value.isMap) return value.flag() ? {} : undefined;
  const { answers, after, fails, times } = value.map(KEYS.llm);
  if (after && fails) after.fail('An LLM is late, or it fails: give "after" or "fails".');
  if (times && !fails) times.fail('"times" counts failures: it needs "fails".');
  return {
    answers: answers?.many().map((answer) => answer.text()),
    afterMs: after?.duration(),
    fails: fails?.oneOf(LLM_FAILURES),
    times: times?.number(),
  };
}
