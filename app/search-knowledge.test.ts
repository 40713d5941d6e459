/** What an embedding server is given of a question: not who asks, and all that it is about. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadPersonalData } from '../adapters/personal-data/detector.ts';
import { openStore } from '../stores/sqlite/store.ts';
import { createMasking } from './masking.ts';
import { searchKnowledge } from './search-knowledge.ts';
import type { LiveTurn } from './turn.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'asked-'));
const store = openStore(path.join(folder, 'd.db'));
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

let people = 0;
/** @returns what is looked for here, and what leaves for the vector */
async function asked(name: string, question: string, business: string): Promise<[string, string]> {
  const live = {
    account: {
      ...{ name: 'Shop', timezone: 'Europe/Madrid', language: 'es' },
      prompt: { manual: '', facts: { business } },
    },
    contact: { id: `contact-${++people}`, identities: [], createdAt: 0, name },
  } as unknown as LiveTurn;
  let given: [string, string] | undefined;
  const knowledge = {
    search: async (_base: string, words: string, _limit: number, outside: string) => {
      given = [words, outside];
      return [];
    },
  };
  const parts = { knowledge, masking: createMasking(store, loadPersonalData) } as unknown as Parameters<
    typeof searchKnowledge
  >[0];
  await searchKnowledge(parts, live, question, { base: 'b', limit: 3 });
  return given!;
}

it.each([
  ['Internet Madrid', 'no tengo internet', 'Proveedor de internet por fibra'],
  ['Fibra Óptica Sur', '¿llega la fibra óptica a mi calle?', 'Instalamos fibra óptica'],
  ['Yoga', 'Yoga para embarazadas', 'Clases de yoga'],
  ['Pizza Roma', 'PIZZA CON PIÑA', 'Hacemos pizza al horno'],
  ['Fibra Andina', '¿cuánto cuesta Fibra Andina 600?', 'Fibra Andina, internet en Los Andes'],
  ['Интернет', 'нет интернет', 'Мы продаём интернет'],
])('a contact called %s may ask: %s', async (name, question, business) => {
  expect(await asked(name, question, business)).toEqual([question, question]);
});

it.each([
  ['Ana Pérez', 'soy Ana Pérez, no tengo internet', 'Proveedor de internet', 'no tengo internet'],
  ['Internet', 'me llamo Internet y no va el wifi', 'Proveedor de internet', 'no va el wifi'],
  ['Yoga Ruiz', 'a nombre de Yoga Ruiz, ¿qué horario hay?', 'Clases de yoga', '¿qué horario hay?'],
  ['Ana', 'una mesa para Ana', 'Pizzería', 'una mesa para'],
  ['Вера', 'это Вера, нет света', 'Электрик', 'нет света'],
])('who asks (%s) stays here: %s', async (name, question, business, rest) => {
  const [here, outside] = await asked(name, question, business);
  expect(here).toBe(question);
  expect(outside).toContain(rest);
  for (const part of name.split(' ')) expect(outside).not.toContain(part);
});
