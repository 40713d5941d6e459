/** The words of a line, as `ChatWords` says that they are handed in → an event. */
import { wordsId } from '../../core/chats/mailbox.ts';
import type { Json } from '../../core/model.ts';
import type { ParsedEvent } from '../../core/ports.ts';
import { idOf, number, object, text } from '../shared/json.ts';

/** Never throws. */
export function parse(body: Json): ParsedEvent[] {
  const words = object(body);
  const visitor = object(words?.visitor);
  const [chat, id, kind, value] = [idOf(words?.chat), idOf(words?.id), idOf(visitor?.kind), idOf(visitor?.value)];
  const said = text(words?.text);
  if (!chat || !id || !kind || !value || !said?.trim())
    return [{ kind: 'other', type: 'unknown', wrong: 'These are no words of a web chat.' }];
  const choice = object(words?.choice);
  const button = idOf(choice?.id);
  const key = wordsId(chat, id);
  return [
    {
      ...{ kind: 'message', type: button ? 'message.button' : 'message.text', key, platformId: key },
      platformAt: number(words?.cursor),
      ...{ text: said, media: [] },
      ...(button && { choice: { id: button, title: text(choice?.title) ?? button } }),
      thread: { kind: 'private', identities: [{ kind, value }], address: { chat } },
    },
  ];
}
