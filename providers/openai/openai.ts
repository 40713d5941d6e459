/**
 * Answers by any endpoint that speaks OpenAI's API. Our own history is the truth; what the endpoint keeps of a conversation saves sending
 * it again, and nothing else.
 */
import type { OpenAI } from 'openai';
import type { ProviderError } from '../../core/answering/answering.ts';
import type { Usage } from '../../core/model.ts';
import type { Continuity, Forgotten, Logger, Provider } from '../../core/ports.ts';
import { type Connection, checkConnection, limits, openClient } from './client.ts';
import { converse } from './converse.ts';
import { explainFailure } from './errors.ts';
import { PRESETS, type PresetName, presetOf } from './presets.ts';

export interface OpenAiConfig extends Connection {
  /** Recorded with each answer. */
  kind: 'llm' | 'fallback-llm';
  /** Default: known by the host of `baseUrl`. */
  preset?: PresetName;
  /** Default `auto`. */
  continuity?: Continuity;
  /** Of one answer; models that reason spend a part of it before the first word. Default 1000. */
  maxOutputTokens?: number;
  /** Told once of each way in which the endpoint wants to be asked otherwise. */
  log?: Pick<Logger, 'info'>;
  /** A stream that is silent for this long is given up; milliseconds, default 15 s. */
  streamIdleMs?: number;
}

const STREAM_IDLE_MS = 15_000;
const MAX_OUTPUT_TOKENS = 1000;
const FORGET_TIMEOUT_MS = 10_000;

/**
 * `answer` rejects with DragomanError PROVIDER_FAILED (`ProviderError`); `retryable` where the endpoint may answer soon, with `retryAfterMs`
 * if it said when, and `spent` where requests before the failure were paid for. It gives null only when the history holds no customer message.
 *
 * With `onDelta` the answer is streamed; the pieces join to its text, but for the end of one that reached the limit of words. Whatever
 * fails before the first piece may be asked again here; after it the error goes to the caller, who may begin anew.
 *
 * `head` is given back once every call of the tool loop has its result and the endpoint may keep conversations.
 * @throws DragomanError SETTING_INVALID for a key, base URL or model that can never work.
 */
export function createOpenAiProvider(config: OpenAiConfig): Provider {
  const host = checkConnection(config);
  const name = config.preset ?? presetOf(config.baseUrl);
  const preset = name && PRESETS[name];
  const endpoint = `${config.baseUrl} ${config.model}`;
  const { model, kind, log, continuity = 'auto', streamIdleMs: idleMs = STREAM_IDLE_MS } = config;
  const limit = config.maxOutputTokens || MAX_OUTPUT_TOKENS;
  let client: Promise<OpenAI> | undefined;
  // Another server has no business with who is billed at OpenAI.
  const open = () => (client ??= openClient(name === 'openai' ? config : { ...config, organization: '', project: '' }));

  return {
    async forget(ids) {
      const ends: Forgotten[] = [];
      for (const id of ids) {
        const { options, end } = limits(FORGET_TIMEOUT_MS);
        try {
          await (await open()).responses.delete(id, options);
          ends.push({ id, end: 'deleted' });
        } catch (error) {
          const { status } = error as { status?: number };
          ends.push({ id, end: status === 404 ? 'gone' : 'failed' });
        } finally {
          end();
        }
      }
      return ends;
    },
    async answer(request) {
      if (!request.history.some(({ role }) => role === 'user')) return null;
      const { timeoutMs, signal, passages } = request;
      const { deadline, options, end } = limits(timeoutMs, signal);
      const until = Date.now() + timeoutMs;
      let spent: Usage | undefined;
      try {
        const setup = {
          client: await open(),
          model,
          host,
          limit,
          log,
          endpoint,
          preset,
          continuity,
          idleMs,
          options,
          until,
        };
        const { text, usage, tools, responseId } = await converse(setup, request, (usage) => (spent = usage));
        return {
          text,
          source: {
            kind,
            provider: name ?? host,
            model,
            ...(passages.length ? { passages: passages.map(({ id }) => id) } : {}),
            usage,
            ...(tools.length ? { tools } : {}),
          },
          ...(responseId === undefined ? {} : { head: { responseId, endpoint } }),
        };
      } catch (error) {
        const failure: ProviderError = explainFailure(error, { host, model, timeoutMs, deadline, signal });
        throw spent ? Object.assign(failure, { spent }) : failure;
      } finally {
        end();
      }
    },
  };
}
