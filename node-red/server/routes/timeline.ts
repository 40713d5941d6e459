/** What happened to a message, and why. */
import type { NodeAPI } from 'node-red';
import { rehearse } from '../../../app/timeline/rehearse.ts';
import { type Looking, timelineOfConversation, timelineOfMessage } from '../../../app/timeline/timeline.ts';
import { engine } from '../../current.ts';
import { nodeRef } from '../../names.ts';
import type { Asked, Route } from '../routes.ts';

const TOLD = { type: 'object', required: ['code', 'tone'] };
const TIMELINE = {
  type: 'object',
  required: ['conversation', 'groups', 'before', 'off'],
  properties: {
    conversation: { type: 'object', required: ['id', 'account', 'channel', 'status', 'name'] },
    groups: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'kind', 'at', 'said', 'why', 'entries'],
        properties: { why: { type: 'array', items: TOLD }, entries: { type: 'array', items: TOLD } },
      },
    },
    before: { type: ['number', 'null'] },
    off: { type: 'boolean' },
  },
};

export function timelineRoutes(RED: NodeAPI): Route[] {
  const looking = ({ caller }: Asked): Looking => ({
    node: (id) => nodeRef(RED, id),
    manages: caller.may('dragoman.manage'),
  });
  return [
    {
      method: 'get',
      path: '/messages/:id/timeline',
      need: 'dragoman.read',
      summary: 'What happened to a message on its way, and why.',
      answer: TIMELINE,
      handle: (asked) => timelineOfMessage(engine(), asked.params.id!, looking(asked)),
    },
    {
      method: 'get',
      path: '/conversations/:id/timeline',
      need: 'dragoman.read',
      summary: "What happened to a conversation's last messages; `before` asks for older ones.",
      query: { type: 'object', additionalProperties: false, properties: { before: { type: 'number' } } },
      answer: TIMELINE,
      handle: (asked) =>
        timelineOfConversation(
          engine(),
          asked.params.id!,
          looking(asked),
          asked.query.before === undefined ? undefined : Number(asked.query.before),
        ),
    },
    {
      method: 'post',
      path: '/messages/:id/rerun',
      need: 'dragoman.manage',
      summary: "Runs the turn of a customer's message again and tells what would be said, without sending it.",
      answer: {
        type: 'object',
        required: ['outcome', 'error', 'said', 'before', 'entries'],
        properties: { said: { type: 'array' }, before: { type: 'array' }, entries: { type: 'array', items: TOLD } },
      },
      handle: (asked) => rehearse(engine(), asked.params.id!, looking(asked)),
    },
  ];
}
