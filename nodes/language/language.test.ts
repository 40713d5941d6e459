/** The node in a flow, on the real runtime: what a contact's messages make of `msg.turn.language` and of the stored contact. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TurnView } from '../../app/turn.ts';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';
import { accountConfig } from '../../test/support/flow-nodes.ts';
import type { FlowItem } from '../../test/support/harness.ts';

const ACCOUNT = accountConfig('account', { language: 'es' });

const flow = (language: { languages: string; fallback: string; pinned?: boolean }): FlowItem[] => [
  ACCOUNT,
  { id: 'hook', type: 'http in', method: 'post', url: '/hook', skipBodyParsing: true, wires: [['in']] },
  { id: 'in', type: 'dragoman-channel-in', account: 'account', version: 1, wires: [['language']] },
  { id: 'language', type: 'dragoman-language', version: 1, ...language, wires: [['seen']] },
  { id: 'seen', type: 'tap' },
];

let bot: Dragoman;
let person = 700_000;

beforeAll(async () => {
  bot = await startDragoman({ flows: flow({ languages: '', fallback: '' }) });
}, 60_000);
afterAll(() => bot.stop());

/** What the flow saw of the language, and what is stored of the contact afterwards. */
async function afterSaying(customer: number, text: string): Promise<{ seen: string; stored: string | undefined }> {
  const response = await bot.happens('telegram', '/hook', { kind: 'text', customer: { id: customer }, text });
  expect(response.status).toBe(200);
  return result();
}

async function result(): Promise<{ seen: string; stored: string | undefined }> {
  const message = await bot.runtime.next('seen', 10_000);
  const view = message.turn as TurnView;
  expect(view.decisions).toEqual([]);
  await bot.quiet();
  const conversation = await bot.engine.store.conversation(view.conversation.id);
  const contact = await bot.engine.store.contact(conversation!.contactId!);
  return { seen: view.language, stored: contact!.language };
}

describe('language', () => {
  it('has the account’s language until the contact’s is known, then keeps that until a sentence in another', async () => {
    const ana = ++person;
    expect(await afterSaying(ana, '12345')).toEqual({ seen: 'es', stored: undefined });
    expect(await afterSaying(ana, 'ciao')).toEqual({ seen: 'it', stored: 'it' });
    expect(await afterSaying(ana, 'ok')).toEqual({ seen: 'it', stored: 'it' });
    expect(await afterSaying(ana, 'Hello')).toEqual({ seen: 'it', stored: 'it' });
    expect(await afterSaying(ana, 'My internet is very slow today')).toEqual({ seen: 'en', stored: 'en' });
    expect(await afterSaying(ana, 'سلام')).toEqual({ seen: 'fa', stored: 'fa' });
  });

  it('keeps one contact’s language apart from another’s', async () => {
    const [one, other] = [++person, ++person];
    await afterSaying(one, 'Здравствуйте');
    expect(await afterSaying(other, 'مرحبا')).toEqual({ seen: 'ar', stored: 'ar' });
    expect(await afterSaying(one, '👍')).toEqual({ seen: 'ru', stored: 'ru' });
  });

  it('takes a photo without words and a tapped button for no language', async () => {
    const id = ++person;
    await afterSaying(id, 'привет');
    await bot.happens('telegram', '/hook', { kind: 'photo', customer: { id } });
    expect(await result()).toEqual({ seen: 'ru', stored: 'ru' });
    await bot.happens('telegram', '/hook', {
      kind: 'callback',
      customer: { id },
      data: 'human',
      messageId: 1,
      text: 'I want to talk to a person',
    });
    expect(await result()).toEqual({ seen: 'ru', stored: 'ru' });
  });

  it('chooses among the configured languages only, and otherwise takes the fallback', async () => {
    const id = ++person;
    await bot.runtime.deploy(flow({ languages: 'en, ar', fallback: 'en' }));
    expect(await afterSaying(id, 'Спасибо большое')).toEqual({ seen: 'en', stored: undefined });
    expect(await afterSaying(id, 'سلام')).toEqual({ seen: 'ar', stored: 'ar' });
    await bot.runtime.deploy(flow({ languages: 'en, ru', fallback: 'en' }));
    expect(await afterSaying(id, '123')).toEqual({ seen: 'en', stored: 'ar' });
  });
});
