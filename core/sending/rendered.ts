/** What a flow wants said as the requests that say it on a channel. */
import { DragomanError } from '../errors.ts';
import type { SendPart } from '../model.ts';
import type { Channel, Outgoing } from '../ports.ts';

/** @throws DragomanError BAD_REQUEST for what renders to nothing, such as an empty code block: it must not be taken for sent. */
export function rendered(channel: Channel, content: Outgoing): SendPart[] {
  const requests = channel.render(content);
  if (requests.length === 0)
    throw new DragomanError(
      'BAD_REQUEST',
      'The reply is empty once it is rendered for its channel: it holds nothing but marks and spaces.',
      'Look at what goes into the channel-out node; an LLM may have answered with an empty code block.',
    );
  return requests.map((request) => ({ request, state: 'queued' }));
}
