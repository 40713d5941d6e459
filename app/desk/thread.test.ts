import { expect, it } from 'vitest';
import type { Message } from '../../core/model.ts';
import { messageWithoutNumbers, wordsWithoutNumbers } from './thread.ts';

it('what a platform quotes of a number is hidden, and codes of errors stay', () => {
  expect(wordsWithoutNumbers({ message: 'No LID for user 34612345678@c.us (#131030, 2494010)' }).message).toBe(
    'No LID for user •••78@c.us (#131030, 2494010)',
  );
  expect(wordsWithoutNumbers({})).toEqual({});
});

it('a message keeps what it says, and nothing in which platforms put numbers', () => {
  const phone = '34612345678';
  const message = {
    ...{ id: 'm', text: 'Hola', platformId: `false_${phone}@c.us_A`, key: `k:${phone}`, sender: `phone:${phone}` },
    ...{ media: [{ kind: 'image', ref: phone, url: `https://x.example/${phone}`, caption: 'Mira', data: { phone } }] },
    ...{ parts: [{ request: { chatId: phone }, state: 'failed' }], state: 'failed' },
    ...{ error: { code: 'WAHA_500', message: `no ${phone}` }, course: [{ at: 1, state: 'failed', message: phone }] },
  } as unknown as Message;
  const shown = messageWithoutNumbers(message);
  expect(JSON.stringify(shown)).not.toContain(phone);
  expect(shown).toMatchObject({
    text: 'Hola',
    media: [{ kind: 'image', caption: 'Mira' }],
    error: { code: 'WAHA_500' },
  });
});
