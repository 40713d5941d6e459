import { expect, test } from 'vitest';
import { createSaid, problemIn } from './said.ts';

const LOST = { code: 'TURN_LOST', message: 'Node "x" got it.', action: 'Wire it.' };

test('English readers get the sentence itself, others the code’s words with that sentence behind them', () => {
  expect(createSaid('en').problem(LOST)).toEqual({ text: LOST.message, action: LOST.action });
  expect(createSaid('es').problem(LOST)).toEqual({
    text: 'El mensaje no es de ningún turno.',
    action: 'Empiézalo en un nodo channel-in y acaba los nodos function con return msg.',
    detail: 'Node "x" got it. Wire it.',
  });
});

test('a code or a rule of a package has its own words only', () => {
  expect(createSaid('ru').problem({ ...LOST, code: 'PIGEON_LATE' })).toEqual({
    text: LOST.message,
    action: 'Wire it.',
  });
  expect([createSaid('ru').rule('takeover'), createSaid('ru').rule('pigeons')]).toEqual([
    'отвечает сотрудник',
    undefined,
  ]);
});

test('an error of a log has its code in front, one of somebody else has none', () => {
  expect(problemIn('TURN_FAILED: It broke.\nTwice.')).toMatchObject({
    code: 'TURN_FAILED',
    message: 'It broke.\nTwice.',
  });
  expect(problemIn('Error: no')).toMatchObject({ code: '', message: 'Error: no' });
});
