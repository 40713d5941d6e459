import { expect, it } from 'vitest';
import { roleOf } from './role.ts';

const SHARED = { MONGODB_URL: 'mongodb://store/bot', CREDENTIAL_SECRET: 'a key' };

it('is everything where nothing is said, and needs no store for it', () => {
  expect(roleOf({})).toEqual({ role: 'all', editor: true, pages: true, webhooks: true, turns: true, duties: true });
});

it('has an editor in one of several processes, which answers nobody', () => {
  const roles = ['editor', 'worker', 'web'].map((name) => roleOf({ ...SHARED, DRAGOMAN_ROLE: name }));
  expect(roles.filter(({ editor }) => editor).map(({ role }) => role)).toEqual(['editor']);
  expect(roles.filter(({ turns, duties }) => turns && duties).map(({ role }) => role)).toEqual(['worker']);
  expect(roles.filter(({ webhooks }) => webhooks).map(({ role }) => role)).toEqual(['worker', 'web']);
});

it('refuses another word, also one that objects know', () => {
  for (const name of ['Worker', 'constructor', 'x'.repeat(500)])
    expect(() => roleOf({ ...SHARED, DRAGOMAN_ROLE: name })).toThrow(/which is no role/);
});

it.each(Object.keys(SHARED))('says that %s is missing', (missing) => {
  const environment = { ...SHARED, [missing]: undefined, DRAGOMAN_ROLE: 'web' };
  expect(() => roleOf(environment)).toThrow(`and ${missing} is not set`);
});
