/** Calls as other systems are told of them: by the names of a call, its transcript and its actions that such systems know. */
import type { Call, Json, Message, ToolRun, ToolRunState } from '../../core/model.ts';
import { hasLeft } from '../../core/sending/send-state.ts';
import type { CallDetail } from './calls.ts';

/** A call for a list. */
export function callRow(call: Call, now: number) {
  const { id, conversationId, state, end, typed = false, language = null, about, startedAt, endedAt, summary } = call;
  return {
    ...{
      id,
      session_id: id,
      conversation_id: conversationId,
      status: state,
      ended_by: end ?? null,
      typed,
      language,
      about,
    },
    ...{ started_at: isoOf(startedAt), ended_at: endedAt === null ? null : isoOf(endedAt) },
    duration: Math.round(((endedAt ?? now) - startedAt) / 1_000),
    summary,
    recording: call.recording && { duration: Math.round(call.recording.ms / 1_000), bytes: call.recording.bytes },
  };
}

export function callDetail({ call, messages, actions }: CallDetail, now: number) {
  return {
    ...callRow(call, now),
    transcript: messages.filter(wasSaid).map((message) => lineOf(message, call.startedAt)),
    actions: actionsOf(actions, call.startedAt),
  };
}

/** Of one call, oldest first. A question to the caller that he agreed to is told by what was done then. */
export const actionsOf = (runs: readonly ToolRun[], startedAt: number) =>
  runs
    .filter(({ state }) => state !== 'confirmed')
    .sort((one, other) => one.at - other.at)
    .map(({ tool, args, result, state, at }) => ({
      ...{ action_type: tool, parameters: args, result: jsonOf(result), status: STATUS[state], state },
      timestamp: secondsFrom(startedAt, at),
    }));

const STATUS: Record<ToolRunState, 'pending' | 'success' | 'failed'> = {
  started: 'pending',
  asked: 'pending',
  confirmed: 'pending',
  // A person must look.
  unknown: 'pending',
  done: 'success',
  failed: 'failed',
};

const SPEAKERS: Record<Message['author'], string> = {
  customer: 'user',
  bot: 'assistant',
  human: 'human',
  system: 'system',
};

/** What was taken back, and what nobody heard, was not said. */
const wasSaid = (message: Message) =>
  message.text !== '' && !message.deletedAt && (message.direction === 'in' || hasLeft(message));

const lineOf = ({ author, text, at, unheard }: Message, startedAt: number) => ({
  ...{ speaker: SPEAKERS[author], text, timestamp: secondsFrom(startedAt, at) },
  ...(unheard !== undefined && { interrupted: true }),
});

const secondsFrom = (start: number, at: number) => Math.max(0, Math.round((at - start) / 10) / 100);
const isoOf = (at: number) => new Date(at).toISOString();

/** A tool's answer as it was meant; as text where it is none, or was cut. */
export function jsonOf(text: string | undefined): Json {
  try {
    return text === undefined ? null : (JSON.parse(text) as Json);
  } catch {
    return text ?? null;
  }
}
