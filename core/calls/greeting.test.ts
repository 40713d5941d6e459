import { expect, it } from 'vitest';
import { greetingFor } from './greeting.ts';

const ACCOUNT = {
  settings: { greeting: 'أهلًا بك. هذه المكالمة مسجّلة.', recording: 'off' },
  ...{ staticTexts: { en: 'Welcome to Nahr.', tr: 'Nahr’a hoş geldiniz.' }, language: 'ar', name: 'Nahr' },
  prompt: { manual: '', facts: { business: 'Nahr Pharma. Medicines.' } },
};
const RECORDED = { ...ACCOUNT, settings: { ...ACCOUNT.settings, recording: 'on' } };
const OWN = ACCOUNT.settings.greeting;

it('is the account’s own in its language, and where no language is said', () => {
  expect([greetingFor(RECORDED, 'ar'), greetingFor(RECORDED, undefined)]).toEqual([OWN, OWN]);
});

it('is the fixed text in the caller’s language, else ours, and tells of a recording', () => {
  expect(greetingFor(ACCOUNT, 'en')).toBe('Welcome to Nahr.');
  expect(greetingFor(RECORDED, 'en')).toBe('This call is recorded. Welcome to Nahr.');
  expect(greetingFor(ACCOUNT, 'it')).toContain('Nahr Pharma');
  expect(greetingFor(RECORDED, 'it')).toMatch(/^Questa chiamata viene registrata\. /);
});

it('stays the account’s where there are no words of that language, or none for the recording', () => {
  expect(greetingFor(ACCOUNT, 'tr')).toBe('Nahr’a hoş geldiniz.');
  expect([greetingFor(RECORDED, 'tr'), greetingFor(ACCOUNT, 'ja')]).toEqual([OWN, OWN]);
});

it('is nothing in any language where the account has none', () => {
  expect(greetingFor({ ...ACCOUNT, settings: { greeting: '' } }, 'en')).toBe('');
});
