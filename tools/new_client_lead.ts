/** Notes somebody who may become a customer. Kept in our own store; the phone is the contact's own. */
import type { Tool, ToolModule } from '../core/ports.ts';

export const schema: ToolModule['schema'] = {
  name: 'new_client_lead',
  description:
    'Creates a lead: call it once, when a person who is not a customer yet wants an offer, a contract or a call back, with what they told of themselves.',
  parameters: {
    type: 'object',
    properties: {
      first_name: { type: 'string', minLength: 1, maxLength: 100 },
      last_name: { type: 'string', maxLength: 100 },
      email: { type: 'string', maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$' },
      organization: { type: 'string', maxLength: 200 },
      notes: {
        type: 'string',
        maxLength: 2000,
        description:
          'What they want, in a sentence or two, and the number to call back on if they gave one, written as you see it.',
        'x-note': true,
      },
    },
    required: ['first_name'],
    additionalProperties: false,
  },
  sideEffect: true,
  idempotent: true,
  oncePerTurn: true,
};

export const run: Tool['run'] = async (args, context) => {
  const { first_name, last_name, email, organization, notes } = args as Record<string, string | undefined>;
  const { contactId, conversationId, accountId, phoneFrom, idempotencyKey, now } = context;
  await context.records.addLead({
    id: idempotencyKey,
    contactId,
    conversationId,
    accountId,
    phone: phoneFrom,
    firstName: first_name,
    lastName: last_name,
    email,
    organization,
    notes,
    at: now,
  });
  return { status: 'created' };
};
