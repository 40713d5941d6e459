/** Notes what the customer said of themselves, in their own contact and no other. */
import { DragomanError } from '../core/errors.ts';
import type { Tool, ToolModule } from '../core/ports.ts';

export const schema: ToolModule['schema'] = {
  name: 'update_contact',
  description:
    'Updates the data of the customer you talk to, when they tell or correct their name, e-mail or organization. Give only what they told.',
  parameters: {
    type: 'object',
    properties: {
      name: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        description: 'The whole name, where its parts are not clear.',
      },
      first_name: { type: 'string', minLength: 1, maxLength: 100 },
      last_name: { type: 'string', minLength: 1, maxLength: 100 },
      email: { type: 'string', maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$' },
      organization: { type: 'string', minLength: 1, maxLength: 200 },
    },
    additionalProperties: false,
  },
  sideEffect: true,
  idempotent: true,
};

export const run: Tool['run'] = async (args, { contactId, records }) => {
  if (!contactId)
    throw new DragomanError(
      'TOOL_FAILED',
      'This conversation has no contact to update.',
      'Only private chats have one.',
    );
  const { name = '', first_name, last_name, email, organization } = args as Record<string, string | undefined>;
  const [first, ...rest] = name.trim().split(/\s+/);
  const profile = {
    firstName: first_name ?? (first || undefined),
    lastName: last_name ?? (rest.join(' ') || undefined),
    email,
    organization,
  };
  if (Object.values(profile).every((value) => value === undefined)) return { status: 'nothing to update' };
  await records.updateProfile(contactId, profile);
  return { status: 'updated' };
};
