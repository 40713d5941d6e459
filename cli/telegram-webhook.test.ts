import { expect, it } from 'vitest';
import type { ApiAccount } from '../core/api.ts';
import { choose } from './telegram-webhook.ts';

const account = (id: string, simulated: boolean, envPrefix = ''): ApiAccount =>
  ({ id, name: id, channel: 'telegram', simulated, envPrefix }) as ApiAccount;

it.each([
  ['the only bot', [account('a', true, 'A_')], 'a'],
  ['the only real one, whatever its names in the environment', [account('a', true), account('b', false, 'B_')], 'b'],
  ['of bots on the stand-in the one with plain names', [account('a', true, 'A_'), account('b', true)], 'b'],
])('without being told, %s is meant', (_which, accounts, id) => {
  expect(choose(accounts, undefined).id).toBe(id);
});

it('of several real bots none is chosen silently', () => {
  const accounts = [account('a', false), account('b', false, 'B_')];
  expect(() => choose(accounts, undefined)).toThrow(expect.objectContaining({ code: 'ACCOUNT_MISSING' }));
  expect(() => choose([account('a', true, 'A_'), account('b', true, 'B_')], undefined)).toThrow(/several/);
  expect(choose(accounts, 'b').id).toBe('b');
});
