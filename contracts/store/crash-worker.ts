/**
 * A process that works on a store until it is killed: `node crash-worker.ts <module> <its function that opens a file> <file> <run>`. It tells each step once
 * the store says that it is durable, a line each.
 */
import { pathToFileURL } from 'node:url';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Store } from '../../core/ports.ts';
import { cutOff } from '../../core/sending/stored.ts';
import { ACCOUNT, ending, PASS, said, T0 } from './events.ts';
import * as verbs from './verbs.ts';

const [, , module, opener, file, run] = process.argv;
const openers = (await import(pathToFileURL(module!).href)) as Record<string, (file: string) => Store | Promise<Store>>;
const store = await openers[opener!]!(file!);
const owner = `run-${run}`;
const tell = (step: object) => process.stdout.write(`${JSON.stringify(step)}\n`);

/** One person talks and is answered, over and over. */
async function talk(person: string): Promise<never> {
  for (let count = 0; ; count++) {
    const key = `${run}-${person}-${count}`;
    const [accepted] = await verbs.accept(store, [toIncoming(said('hi.', key, person), ACCOUNT, T0)]);
    const conversationId = accepted!.conversationId!;
    tell({ accepted: accepted!.messageId });
    // What a killed process had open.
    const { openSend, sendOwner } = (await store.conversation(conversationId))!;
    if (openSend && sendOwner !== owner) await store.run(cutOff(conversationId, openSend, Date.now()));
    const take = { now: T0 + 10_000, leaseUntil: T0 + 20_000, owner, turnId: newId(T0) };
    const begun = await verbs.begin(store, conversationId, take);
    if (begun.kind !== 'turn') throw new Error(`${person} has no turn: ${begun.kind}`);
    const { turn } = begun;
    tell({ begun: turn.id, messages: begun.messages.map(({ id }) => id) });
    const { message } = await verbs.add(
      store,
      {
        id: newId(T0),
        conversationId,
        accountId: 'acc',
        turnId: turn.id,
        slot: `${turn.id}:out:0`,
        author: 'bot',
        purpose: 'reply',
        text: 'answer',
        media: [],
        parts: [{ request: {}, state: 'queued' }],
        at: T0,
      },
      PASS,
    );
    tell({ replied: turn.id, message: message.id });
    if (message.state === 'sending') await verbs.sent(store, message.id, `p-${message.id}`);
    tell({ sent: message.id });
    if (!(await verbs.end(store, turn, ending(true), owner))) throw new Error(`The turn of ${person} was not ours.`);
    tell({ ended: turn.id });
  }
}

await Promise.all(['1', '2', '3', '4', '5', '6', '7', '8'].map(talk));
