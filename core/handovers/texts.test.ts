import { describe, expect, it } from 'vitest';
import { asksForHuman } from '../policy/handover.ts';
import texts from './texts.json' with { type: 'json' };
import { farewell, lateWords, personButton, tapsForPerson, tookAssistant, wantsAssistant } from './texts.ts';

const MONDAY = Date.UTC(2026, 11, 7, 8);
const CLOSED = { now: Date.UTC(2026, 11, 5, 12), opensAt: MONDAY, zone: 'Europe/Madrid' };
const OPEN = { ...CLOSED, opensAt: null };
const LANGUAGES = Object.keys(texts);

describe.each(LANGUAGES)('in %s', (language) => {
  it('says in its own words when people are back, and offers the assistant by a button that every platform shows whole', () => {
    const { text, buttons } = farewell(language, CLOSED);
    expect(text).not.toMatch(/[{}]/);
    expect(text).toMatch(/(?:9|۹|٩)[:٫]?(?:00|۰۰|٠٠)/u);
    expect(buttons).toEqual([{ id: 'ask_assistant', title: expect.any(String) }]);
    // Meta's buttons take 20 letters.
    for (const { title } of [...buttons!, personButton(language)]) expect(title.length, title).toBeLessThan(21);
    expect(asksForHuman(personButton(language).title)).toContain(language);
    expect(wantsAssistant({ text: buttons![0]!.title })).toBe(true);
    expect(tookAssistant([{ text: buttons![0]!.title.toUpperCase() }])).toBe(true);
  });

  it('says nothing of hours while people are there', () => {
    expect(farewell(language, OPEN).buttons).toBeUndefined();
    expect(lateWords(language, OPEN).text.length).toBeLessThan(lateWords(language, CLOSED).text.length);
  });
});

it('names the day where it is not of this week', () => {
  expect(farewell('en', { ...CLOSED, now: MONDAY - 20 * 86_400_000 }).text).toContain('Monday, December 7');
  expect(farewell('en', CLOSED).text).toContain('on Monday 09:00');
});

it('says the integrator’s own words, each in its time', () => {
  const own = { open: 'One moment.', closed: 'Back {when}.' };
  expect(farewell('en', OPEN, own).text).toBe('One moment.');
  expect(farewell('en', CLOSED, own)).toMatchObject({ text: 'Back Monday 09:00.', buttons: [{}] });
});

it('speaks English where it has no words', () => {
  expect(farewell('sw', CLOSED)).toEqual(farewell('en', CLOSED));
});

it('knows its buttons by their ids', () => {
  expect(tapsForPerson([{}, { choice: { id: 'ask_human', title: 'x' } }])).toBe(true);
  expect(tapsForPerson([{ choice: { id: 'other', title: 'ask_human' } }])).toBe(false);
  expect(wantsAssistant({ text: '', choice: { id: 'ask_assistant', title: '' } })).toBe(true);
  expect(wantsAssistant({ text: 'I do not want the bot' })).toBe(false);
});
