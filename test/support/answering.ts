/** What the tests of answering share: engines that play a part, on a clock that stands still. */
import {
  createAnswering,
  type Endpoint,
  type Failure,
  type ProviderError,
  type Question,
} from '../../core/answering/answering.ts';
import { DragomanError } from '../../core/errors.ts';
import type { AnswerRequest, Provider, ProviderAnswer } from '../../core/ports.ts';
import { virtualClock } from '../../scenarios/clock.ts';

const quiet = () => {};
export const silentLog = { debug: quiet, info: quiet, warn: quiet, error: quiet };

export const START = Date.UTC(2026, 10, 20);

export const question = {
  instructions: 'Be kind.',
  history: [{ role: 'user' as const, text: 'Hola' }],
  passages: [],
  session: 's1',
};
export const resort = { text: 'We answer soon.' };

type Part = (request: AnswerRequest) => Promise<ProviderAnswer | null>;

export const says =
  (text: string, kind: ProviderAnswer['source']['kind'] = 'llm') =>
  async (): Promise<ProviderAnswer> => ({ text, source: { kind } });
export const failure = (retryable: boolean, retryAfterMs?: number): ProviderError =>
  Object.assign(new DragomanError('PROVIDER_FAILED', 'It failed.', 'Repair it.', { retryable }), { retryAfterMs });
export const throws = (error: unknown) => async (): Promise<never> => {
  throw error;
};
export const never = () => new Promise<never>(() => {});
export const codes = (trail: Failure[]) => trail.map(({ name, code }) => `${name} ${code}`);

export function answeringBench() {
  const clock = virtualClock(START);
  const lines: string[] = [];
  const add = (line: string) => lines.push(line);
  const answering = createAnswering({ clock, log: { debug: add, info: add, warn: add, error: add } });

  /** An endpoint that plays the given parts one after the other, the last one for ever; `calls` are the times of asking, in seconds. */
  function endpoint(name: string, ...parts: Part[]) {
    const calls: number[] = [];
    const provider: Provider = {
      answer(request) {
        const part = parts[Math.min(calls.length, parts.length - 1)]!;
        calls.push((clock.now() - START) / 1000);
        return part(request);
      },
    };
    return { name, key: name, provider, calls };
  }

  /** Runs the clock until the answer is there. */
  async function ask(
    chain: Endpoint[],
    options: Partial<Question> & { lastResort?: { provider?: Provider; text: string } } = {},
  ) {
    const { lastResort = resort, ...more } = options;
    const began = clock.now();
    let seconds: number | undefined;
    const asked = answering.answer(chain, { ...question, ...more }, lastResort).finally(() => {
      seconds = (clock.now() - began) / 1000;
    });
    asked.catch(() => {});
    for (let step = 0; step < 200 && seconds === undefined; step++) await clock.advance(250);
    const answer = await asked;
    return { ...answer, seconds };
  }

  return { clock, lines, answering, endpoint, ask };
}
