/** Hands the conversation to a person: after this answer the bot is silent, and people are told. */
import type { Tool, ToolModule } from '../core/ports.ts';

export const schema: ToolModule['schema'] = {
  name: 'ask_human',
  description:
    'Hands this conversation to a colleague, a person: call it when the customer asks for a person, or needs something that you cannot do or do not know. You do not answer here again until the colleague gives it back.',
  parameters: {
    type: 'object',
    properties: {
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 300,
        description: 'What the customer needs, in a sentence for the colleague.',
      },
    },
    required: ['reason'],
    additionalProperties: false,
  },
  sideEffect: true,
  idempotent: true,
  oncePerTurn: true,
};

export const run: Tool['run'] = async ({ reason }, context) => ({
  status: 'handed over',
  tell_the_customer: await context.handOver(String(reason)),
});
