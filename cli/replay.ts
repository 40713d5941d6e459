import type { Replay } from '../core/api.ts';
import type { AnswerSource } from '../core/model.ts';
import type { Command } from './command.ts';
import { server } from './server.ts';
import { plain, sendState } from './text.ts';

export const replay: Command = {
  usage: '<message>',
  summary: "Answers a stored customer's message once more, really sends it, and tells what happened",
  takes: ['message'],
  options: {},
  async run({ words }) {
    const data = await (await server()).post<Replay>(`/messages/${encodeURIComponent(words[0]!)}/replay`);
    const lines = [
      `Turn ${data.turnId}: ${data.outcome}${data.error ? `. ${plain(data.error)}` : ''}`,
      ...data.decisions.map(({ gate, result, rule, reason }) => `  ${gate}: ${result} (${rule}). ${plain(reason)}`),
      ...data.replies.flatMap((reply) => [
        `Reply ${reply.id}  ${reply.source ? `by ${nameOf(reply.source)}  ` : ''}${sendState(reply)}`,
        ...reply.text.split('\n').map((line) => `    ${plain(line)}`.trimEnd()),
      ]),
    ];
    const failed = data.outcome === 'failed' || data.replies.some(({ state }) => state === 'failed');
    return { data, lines, failed };
  },
};

/** `llm openai gpt-5-mini`, `extractive extractive (passages …)`. */
function nameOf({ kind, provider, model, passages }: AnswerSource): string {
  const from = passages?.length ? `(passages ${passages.join(', ')})` : undefined;
  return [kind, provider === kind ? undefined : provider, model, from].filter(Boolean).join(' ');
}
