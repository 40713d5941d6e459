/** How often a chat message's language is found, with the real detector; docs/language.md shows the figures that are counted here. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { detectAll } from 'tinyld';
import { describe, expect, it } from 'vitest';
import { judgeLanguage, mayBeOther, nextLanguage } from '../../core/text/language.ts';
import messages from '../../test/fixtures/chat-languages.json' with { type: 'json' };
import { loadDetectors } from './detect-language.ts';

const SIX = ['es', 'en', 'it', 'fa', 'ar', 'ru'];
const { among: detect, open } = await loadDetectors();

const judged = messages.map((message) => ({
  ...message,
  alone: detectAll(message.text, { only: SIX })[0]?.lang,
  ours: judgeLanguage(message.text, SIX, detect),
}));
type Judged = (typeof judged)[number];

const share = (list: Judged[], is: (one: Judged) => boolean) => list.filter(is).length / list.length;
const right = (one: Judged) => one.ours?.language === one.language;
const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

function row(name: string, list: Judged[]): string {
  const cells = [
    name,
    list.length,
    percent(share(list, (one) => one.alone === one.language)),
    percent(share(list, right)),
    percent(share(list, (one) => one.ours === undefined)),
    percent(share(list, (one) => one.ours !== undefined && !right(one))),
    percent(share(list, (one) => one.ours?.certain === true)),
  ];
  return `| ${cells.join(' | ')} |`;
}

describe('languages of short chat messages', () => {
  it('has enough messages of every language', () => {
    for (const language of SIX)
      expect(messages.filter((message) => message.language === language).length).toBeGreaterThanOrEqual(40);
  });

  it.each(['known', 'fresh'])('finds the %s ones: 97 of 100 at least, and takes none for another language', (set) => {
    const list = judged.filter((one) => one.set === set);
    expect(share(list, right)).toBeGreaterThanOrEqual(0.97);
    expect(list.filter((one) => one.ours && !right(one))).toEqual([]);
  });

  it.each(SIX)('finds those in %s: 95 of 100 at least', (language) => {
    const list = judged.filter((one) => one.language === language);
    expect(share(list, right)).toBeGreaterThanOrEqual(0.95);
  });

  it('never takes a contact out of the language he writes', () => {
    const lost = messages.filter(({ language, text }) => nextLanguage(language, text, SIX, detect) !== language);
    expect(lost).toEqual([]);
  });

  it.each([
    ['Ich möchte meinen Vertrag kündigen', 'es'],
    ['quero falar com uma pessoa', 'it'],
    ['je voudrais parler à quelqu’un', 'en'],
    ['salam internet ghat shode', 'fa'],
    ['Marco Rossi, Via Roma 12, Milano', 'es'],
  ])('keeps what it knew at %j, which is in none of its languages or a name', (text, known) => {
    expect(nextLanguage(known, text, SIX, detect)).toBe(known);
  });

  it('has its figures in docs/language.md', async () => {
    const text = await readFile(path.join(import.meta.dirname, '../../docs/language.md'), 'utf8');
    // Columns may be aligned.
    const page = text.replace(/ +/g, ' ');
    for (const language of SIX)
      expect(page).toContain(
        row(
          language,
          judged.filter((one) => one.language === language),
        ),
      );
    expect(page).toContain(row('all', judged));
    expect(page).toContain(
      row(
        'all, fresh set only',
        judged.filter((one) => one.set === 'fresh'),
      ),
    );
  });
});

describe('a language that is not listed', () => {
  const foreign: [string, string][] = [
    ['uk', 'Скажіть, будь ласка, скільки коштує доставка до Львова?'],
    ['pt', 'Vocês entregam em Lisboa? Quanto tempo demora?'],
    ['de', 'Wann haben Sie heute geöffnet?'],
    ['fr', 'Je voudrais changer mon mot de passe, comment faire ?'],
    ['tr', 'Siparişim hâlâ gelmedi, ne yapabilirim?'],
    ['pl', 'Nie działa mi internet od wczoraj.'],
    ['nl', 'Wat kost het om een tweede router te bestellen?'],
    ['sv', 'Hej, hur mycket kostar det?'],
    ['el', 'Πόσο κοστίζει;'],
    ['bg', 'Кога ще дойде техникът при мен?'],
    ['pt', 'Bom dia'],
    ['de', 'Hallo'],
    ['de', 'Danke!'],
    ['fr', 'Merci'],
    ['tr', 'Merhaba'],
    ['sr', 'Немам интернет'],
    ['bg', 'Нямам интернет'],
    ['uk', 'Немає світла'],
    ['ps', 'سلام، د پلان بیه څومره ده؟'],
    ['ps', 'زما انټرنېټ کار نه کوي'],
    ['ku', 'سڵاو، نرخی پلانەکە چەندە؟'],
    ['ku', 'ئینتەرنێتم کار ناکات'],
    ['ur', 'میرا انٹرنیٹ نہیں چل رہا'],
  ];
  it.each(foreign)('is never taken for certain for one that is: %s, %s', async (_, text) => {
    const listed = nextLanguage(undefined, text, SIX, detect);
    expect(mayBeOther(text, listed ?? 'es', listed !== undefined, open)).toBe(true);
  });

  it.each(['es', 'it', 'en', 'fa', 'ru'])(
    'is heard from one word too, of somebody known to speak %s',
    async (known) => {
      for (const word of ['Danke', 'Merci', 'Hallo', 'Дякую', 'Obrigado'])
        expect([word, mayBeOther(word, known, true, open)]).toEqual([word, true]);
    },
  );

  it.each<[string, string]>([
    ['es', 'não|não entendi|não funciona|tá caro|entrega grátis?|preço|vocês abrem?|qual a opção'],
    ['es', 'straße|größer|çanta|ağaç|Çalışmıyor|płatność|řekni|ça marche'],
    ['it', 'Quant costa el pla?|ação|ñandú|señal|sisplau'],
    ['en', 'não dá|prêt|größe|coração|naïvité'],
    ['ru', 'ціна?|ні|добре|так|адреса|чому|її|ще|є|ґанок|так, добре|не розумію'],
    ['ru', 'тапсырыс|қанша|рахмет|жоқ|иә|әлем|ұзақ|заўтра|ћао|љубав|џеп'],
  ])('orders nobody of whom nothing is known to be answered in %s: %s', async (language, texts) => {
    for (const text of texts.split('|')) expect([text, mayBeOther(text, language, false, open)]).toEqual([text, true]);
  });

  it.each<[string, string]>([
    ['es', 'não|não entendi|não funciona|preço|größer|ça va|Çalışmıyor|evet|fiyat|Rechnung'],
    ['ru', 'ціна?|ні|добре|так|адреса|тапсырыс|қанша|ў нас'],
  ])('is heard in a few letters of somebody who writes %s too: %s', async (language, texts) => {
    for (const text of texts.split('|')) expect([text, mayBeOther(text, language, true, open)]).toEqual([text, true]);
  });

  it.each<[string, string]>([
    ['es', '¿cuánto vale?|no funciona el wifi|quiero hablar con ustedes|el pingüino|mañana|gracias'],
    ['it', 'quanto costa?|perché non va|grazie|è già pagato'],
    ['en', 'how much is it?|thanks|where is my order'],
    ['ru', 'сколько стоит|спасибо|где мой заказ|да|её нет|Netflix не работает'],
  ])('leaves the order where the language proves itself: %s, %s', async (language, texts) => {
    for (const text of texts.split('|')) expect([text, mayBeOther(text, language, false, open)]).toEqual([text, false]);
  });

  it('is not heard from a word of their own, a name or a thing', async () => {
    const own = {
      es: 'gracias precio vale Madrid wifi',
      it: 'ciao grazie Netflix',
      ru: 'спасибо нет',
      fa: 'سلام مرسی',
    };
    for (const [known, words] of Object.entries(own))
      for (const word of words.split(' ')) expect([word, mayBeOther(word, known, true, open)]).toEqual([word, false]);
    expect(mayBeOther('Danke', 'de', true, open)).toBe(false);
    expect(mayBeOther('Mi nombre es Merci, gracias', 'es', true, open)).toBe(false);
  });

  it('is found in no message that says nothing, and in few of those in a listed language', async () => {
    for (const text of ['123', '👍', '', 'https://example.com/a/b', 'ok'])
      expect(mayBeOther(text, 'it', true, open)).toBe(false);
    const doubted = messages.filter(({ text, language }) => mayBeOther(text, language, true, open));
    expect(doubted.length / messages.length).toBeLessThan(0.4);
  });
});
