/** What a flow wants said as the requests that say it on a channel. */
import { DragomanError } from '../errors.ts';
import type { SendPart } from '../model.ts';
import type { Channel, Outgoing, OutgoingMedium } from '../ports.ts';

/** @throws DragomanError BAD_REQUEST for what renders to nothing, such as an empty code block: it must not be taken for sent. */
export function rendered(channel: Channel, content: Outgoing): SendPart[] {
  const { media = [] } = content;
  const given = channel.sendFile ? media.filter(({ upload }) => upload !== undefined) : [];
  const files = given.flatMap((medium) => ofFile(channel, medium));
  const rest = { ...content, media: media.filter((medium) => !given.includes(medium)) };
  const requests = channel.render(rest);
  if (files.length + requests.length === 0)
    throw new DragomanError(
      'BAD_REQUEST',
      'The reply is empty once it is rendered for its channel: it holds nothing but marks and spaces.',
      'Look at what goes into the channel-out node; an LLM may have answered with an empty code block.',
    );
  return [...files, ...requests.map((request): SendPart => ({ request, state: 'queued' }))];
}

/** Its first part is the medium. */
const ofFile = (channel: Channel, medium: OutgoingMedium): SendPart[] =>
  channel
    .render({ text: '', media: [medium] })
    .map((request, place) => ({ request, ...(place === 0 && { upload: medium.upload }), state: 'queued' }));
