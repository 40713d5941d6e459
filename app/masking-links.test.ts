import { describe, expect, it } from 'vitest';
import { loadPersonalData } from '../adapters/personal-data/detector.ts';
import type { Contact } from '../core/model.ts';
import type { Vault } from '../core/privacy/masking.ts';
import { maskFor } from './masking.ts';
import type { LiveTurn } from './turn.ts';

const store = {
  vault: async (): Promise<Vault> => ({ tokens: {}, originals: {} }),
  addToVault: async (_: string, added: Vault) => added,
};
const contact: Contact = {
  id: 'c',
  name: 'Ana Pérez',
  createdAt: 0,
  identities: [{ accountId: 'a', kind: 'phone', value: '34600112233' }],
};
const account = { name: 'Shop', timezone: 'Europe/Madrid', language: 'es', prompt: { manual: '', facts: {} } };
const turn = { account, contact } as unknown as LiveTurn;

describe('links', () => {
  const masked = async (text: string) => {
    const mask = await maskFor(store, loadPersonalData, turn);
    const sent = mask.mask(text);
    return { sent, back: mask.restore(sent), mask };
  };

  it.each([
    'https://vimeo.com/612345678',
    'https://envios.example/seguir/34612345678',
    'www.shop.example/p/611222333?ref=699888777',
    'https://pay.example/i?id=4111111111111111',
    'https://drive.example/file/d/00346123456789/view',
    'https://t.example/#/600000001',
  ])('keep a number that is an id: %s', async (link) => {
    expect((await masked(`Mira ${link}.`)).sent).toBe(`Mira ${link}.`);
  });

  it.each([
    'https://wa.me/34611222333',
    'https://api.example/send?phone=34611222333',
    'https://crm.example/open?tel=611222333',
    'https://crm.example/u/34600112233',
    'https://x.example/?n=+34611222333',
    'https://social.example/Ana',
  ])('give nobody away, and come back whole where the model repeats them: %s', async (link) => {
    const { sent, back } = await masked(`Mira ${link}, gracias`);
    expect(sent).toMatch(/\[(?:PHONE|NAME)_\d\]/);
    expect(sent).not.toMatch(/\d{9}|Ana/);
    expect(back).toBe(`Mira ${link}, gracias`);
  });

  it('that a model made itself carry nothing, also one that only begins like one of ours', async () => {
    const { mask } = await masked('https://social.example/Ana 611222333');
    for (const link of ['https://evil.example/?p=[PHONE_1]', 'https://social.example/[NAME_1]/[PHONE_1]'])
      expect(mask.restore(`See ${link}`)).toBe(`See ${link}`);
  });
});
