/**
 * Gets an answer, whatever fails: the endpoints in order, then a quotation from the knowledge, then a fixed text. One budget of time
 * holds for all of it, so that the customer hears something while an LLM hangs.
 *
 * Tools are not run twice: all attempts of an answer share one list of the calls made, and a later attempt goes on from there. A call that
 * an attempt left running has an unknown result for the next one. (A repeated turn is the tool gate's matter, which keeps a journal.)
 *
 * An answer is streamed only by an endpoint whose last one was slow: a stream costs more, and what comes at once needs no showing.
 */

import { DragomanError } from '../errors.ts';
import type { Usage } from '../model.ts';
import { createOutages } from '../outages.ts';
import type { AnswerRequest, Clock, Logger, MadeCall, Provider, ProviderAnswer } from '../ports.ts';
import { createBreaker } from './breaker.ts';
import { costOf, type Prices, sumUsage } from './prices.ts';
import { bounded, cancelled, sleep, TIMED_OUT } from './waits.ts';

/** Time for all endpoints together where the caller says none; milliseconds. */
export const ANSWER_BUDGET_MS = 35_000;
/** What an endpoint leaves for each one after it: so much, and a third of a long time. */
const KEEP_FOR_NEXT_MS = 12_000;
const KEEP_SHARE = 1 / 3;
/** Less than this is not worth a call. */
const SHORTEST_TRY_MS = 1_000;
const RETRY_PAUSE_MS = 500;
/** A rate limit that ends sooner than this is waited for; otherwise the next endpoint is asked at once. */
const LONGEST_RETRY_PAUSE_MS = 3_000;
/** Whoever waits longer than this would rather see the words as they are written. */
const SLOW_MS = 2_500;
/** The last resort works on local data; this only guards against one that never comes back. */
const LAST_RESORT_MS = 3_000;

/** An engine in the order of asking. Those with the same `key` (base URL and model) are paused together. */
export interface Endpoint {
  /** For the log. */
  name: string;
  key: string;
  provider: Provider;
  /** Photos of customers may be shown to it, as they are. */
  pictures?: boolean;
  /** Absent: what its answers cost is not known. */
  prices?: Prices;
}

/** Codes of what is left out, which is no fault of the endpoint's. */
const OURS = new Set(['PAUSED', 'NO_TIME']);

/** Used when no endpoint answers: an engine that needs no server, then a text. */
export interface LastResort {
  provider?: Provider;
  /** Empty: none. */
  text: string;
}

/** Why one engine did not answer. `code` is an error code, or `TIMED_OUT`, `PAUSED`, `NO_TIME`, `EMPTY`, `BUDGET`. */
export interface Failure {
  name: string;
  code: string;
  message: string;
}

export interface Answered extends ProviderAnswer {
  /** What failed before, in order; empty when the first engine answered. */
  trail: Failure[];
  /** Tokens of all attempts together, as far as they are known; absent when no model was asked. */
  spent?: Usage;
}

/** What a provider may add to its error. */
export interface ProviderError extends DragomanError {
  /** When the endpoint said it can be asked again. */
  retryAfterMs?: number;
  /** Tokens of the requests before the failure. */
  spent?: Usage;
}

export type Question = Omit<AnswerRequest, 'timeoutMs' | 'calls' | 'onDelta'> & {
  /** For all endpoints together. */
  timeoutMs?: number;
  /**
   * Told all that an endpoint has written so far, each time there is more. Provisional: another endpoint may begin anew, and only the answer
   * counts.
   */
  onWords?(soFar: string): void;
};

/** What the attempts of one answer share. */
interface Progress {
  calls: MadeCall[];
  spent?: Usage;
}

export interface Answering {
  /**
   * @throws DragomanError PROVIDER_FAILED (`ProviderError`) when the caller's signal ends it, or when nothing answered and there is no text.
   */
  answer(chain: Endpoint[], question: Question, lastResort: LastResort): Promise<Answered>;
}

/** One for a process, because it remembers which endpoints are down, and which are slow. */
export function createAnswering({ clock, log }: { clock: Clock; log: Logger }): Answering {
  const breaker = createBreaker(clock);
  /** Keys of endpoints. */
  const slow = new Set<string>();
  const outages = createOutages(log, clock.now);

  /** Asks one endpoint, and once more after a transient failure if its time allows. Null after a failure, which it records. */
  async function ask(
    endpoint: Endpoint,
    question: Question,
    progress: Progress,
    until: number,
    fail: (code: string, message: string) => void,
  ): Promise<ProviderAnswer | null> {
    const spend = (usage: Usage | undefined): Usage | undefined => {
      const cost = usage && costOf(usage, endpoint.prices);
      const priced = cost === undefined ? usage : { ...usage!, cost };
      progress.spent = sumUsage(progress.spent, priced);
      return priced;
    };
    for (let attempt = 1; ; attempt++) {
      const pass = breaker.enter(endpoint.key);
      if (!pass) {
        fail('PAUSED', 'It failed several times in a row and is left alone for a while.');
        return null;
      }
      const begunAt = clock.now();
      const timeoutMs = until - begunAt;
      const { request, end } = attemptOf(question, progress, slow.has(endpoint.key));
      try {
        const answer = await bounded(clock, timeoutMs, question.signal, (signal) =>
          endpoint.provider.answer({ ...request, timeoutMs, signal }),
        ).finally(end);
        breaker.settle(pass, 'up');
        if (clock.now() - begunAt > SLOW_MS) slow.add(endpoint.key);
        else slow.delete(endpoint.key);
        const usage = spend(answer?.source.usage);
        if (answer?.text.trim()) {
          outages.works(endpoint.key, endpoint.name);
          return { ...answer, source: { ...answer.source, ...(usage ? { usage } : {}) } };
        }
        fail('EMPTY', 'It had nothing to say.');
        return null;
      } catch (error) {
        if (DragomanError.is(error)) spend((error as ProviderError).spent);
        if (question.signal?.aborted) {
          breaker.settle(pass, 'dropped');
          throw cancelled();
        }
        const transient = error === TIMED_OUT || (DragomanError.is(error) && error.retryable);
        const failure = explain(error, timeoutMs);
        fail(failure.code, failure.message);
        if (breaker.settle(pass, transient ? 'down' : 'up'))
          log.debug(`${endpoint.name} failed several times in a row and is left alone for a while.`);
        const pause = transient && attempt === 1 ? retryPause(error) : null;
        const timeLeft = pause !== null && clock.now() + pause + SHORTEST_TRY_MS <= until;
        if (!timeLeft || !breaker.allows(endpoint.key)) return null;
        await sleep(clock, pause, question.signal);
      }
    }
  }

  async function askAll(
    chain: Endpoint[],
    question: Question,
    lastResort: LastResort,
    progress: Progress,
  ): Promise<Omit<Answered, 'spent'>> {
    const end = clock.now() + (question.timeoutMs ?? ANSWER_BUDGET_MS);
    const trail: Failure[] = [];
    const failed =
      (name: string, key = name) =>
      (code: string, message: string) => {
        trail.push({ name, code, message });
        const line = `${name} did not answer: ${message}`;
        if (OURS.has(code)) log.debug(line);
        else outages.failed(key, line);
      };

    for (const [index, endpoint] of chain.entries()) {
      if (question.signal?.aborted) throw cancelled();
      const left = end - clock.now();
      if (left < SHORTEST_TRY_MS) {
        failed(endpoint.name, endpoint.key)('NO_TIME', 'The time for this answer was used up before.');
        continue;
      }
      const next = chain.slice(index + 1).filter(({ key }) => breaker.allows(key)).length;
      const keep = Math.min(Math.max(KEEP_FOR_NEXT_MS, left * KEEP_SHARE), left / (next + 1));
      const share = left - next * Math.floor(keep);
      const answer = await ask(endpoint, question, progress, clock.now() + share, failed(endpoint.name, endpoint.key));
      if (answer) return { ...answer, trail };
    }
    const answer = await fallBack(clock, lastResort, question, failed('last resort'));
    return { ...answer, trail };
  }

  return {
    async answer(chain, question, lastResort) {
      const progress: Progress = { calls: [] };
      try {
        const answered = await askAll(chain, question, lastResort, progress);
        return { ...answered, spent: progress.spent };
      } catch (error) {
        throw DragomanError.is(error) ? Object.assign(error, { spent: progress.spent }) : error;
      }
    },
  };
}

const ENDED = JSON.stringify({ error: 'cancelled' });

/** A question for one attempt. Once that is over it can neither show words nor begin a call, whatever its engine still does. */
function attemptOf(
  { onWords, ...question }: Question,
  { calls }: Progress,
  streams: boolean,
): { request: Omit<AnswerRequest, 'timeoutMs'>; end(): void } {
  let over = false;
  let soFar = '';
  const { callTool } = question;
  return {
    end: () => {
      over = true;
    },
    request: {
      ...question,
      calls,
      ...(callTool && { callTool: async (call) => (over ? ENDED : callTool(call)) }),
      ...(streams &&
        onWords && {
          onDelta(piece) {
            if (over) return;
            soFar += piece;
            onWords(soFar);
          },
        }),
    },
  };
}

/** The engine that needs no server, else the text. */
async function fallBack(
  clock: Clock,
  { provider, text }: LastResort,
  { onWords: _, ...question }: Question,
  fail: (code: string, message: string) => void,
): Promise<ProviderAnswer> {
  if (question.signal?.aborted) throw cancelled();
  if (provider) {
    try {
      const timeoutMs = LAST_RESORT_MS;
      const answer = await bounded(clock, timeoutMs, question.signal, (signal) =>
        provider.answer({ ...question, timeoutMs, signal }),
      );
      if (answer?.text.trim()) return answer;
    } catch (error) {
      if (question.signal?.aborted) throw cancelled();
      const { code, message } = explain(error, LAST_RESORT_MS);
      fail(code, message);
    }
  }
  if (text.trim()) return { text, source: { kind: 'static' } };
  throw new DragomanError(
    'PROVIDER_FAILED',
    'No engine gave an answer, and the account has no static text.',
    'Look at the log lines before this one for the reasons, and give the account a static text.',
    { retryable: true },
  );
}

/** Words of an unknown error stay out: they may hold what the customer said. */
function explain(error: unknown, timeoutMs: number): { code: string; message: string } {
  if (error === TIMED_OUT)
    return { code: 'TIMED_OUT', message: `It gave no answer within ${Math.round(timeoutMs / 1000)} s.` };
  if (DragomanError.is(error)) return { code: error.code, message: `${error.message} ${error.action}`.trim() };
  return { code: 'PROVIDER_FAILED', message: `It broke with a ${error instanceof Error ? error.name : typeof error}.` };
}

/** Null: not worth waiting for. */
function retryPause(error: unknown): number | null {
  const wanted = DragomanError.is(error) ? ((error as ProviderError).retryAfterMs ?? RETRY_PAUSE_MS) : RETRY_PAUSE_MS;
  return wanted <= LONGEST_RETRY_PAUSE_MS ? wanted : null;
}
