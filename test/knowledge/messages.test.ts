/** What natural messages get where there is no model: the passage that fits, a courtesy, or the word that there is no answer; never harm. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syncKnowledge } from '../../adapters/knowledge/ingest.ts';
import { courtesyOf } from '../../core/answering/courtesy.ts';
import { asksForHuman } from '../../core/policy/handover.ts';
import { createExtractive } from '../../providers/extractive/extractive.ts';
import { openKnowledge } from '../../stores/sqlite-knowledge/knowledge.ts';
import { HELD_OUT, HELD_OUT_CLINIC, type Said, TUNED } from './messages.ts';

const none = () => {};
const log = { debug: none, info: none, warn: none, error: none };
const provider = createExtractive();
let index: ReturnType<typeof openKnowledge>;
let clinic: ReturnType<typeof openKnowledge>;

beforeAll(async () => {
  const open = async (folder: string) => {
    const opened = openKnowledge(':memory:', { log });
    await syncKnowledge(fileURLToPath(new URL(folder, import.meta.url)), opened, log);
    return opened;
  };
  [index, clinic] = await Promise.all([open('../../knowledge'), open('./more')]);
});
afterAll(() => {
  index.close();
  clinic.close();
});

/** The title of what is quoted, or the kind of text. */
async function answerTo({ base, words, language }: Pick<Said, 'base' | 'words' | 'language'>): Promise<string> {
  const passages = await (base === 'clinic' ? clinic : index).search(base, words, 5);
  const history = [{ role: 'user' as const, text: words }];
  const request = { instructions: '', history, passages, language, session: 's', timeoutMs: 1000 };
  const answer = await provider.answer(request);
  const quoted = passages.find(({ id }) => id === answer?.source.passages?.[0]);
  return quoted?.title ?? courtesyOf(words) ?? 'unclear';
}

/** Titles of what ends, wipes or cancels something. */
const HARMFUL = /Restablecer|Dar de baja|cancel|لغو/i;

async function measure(all: Said[]) {
  let fitting = 0;
  const harmful: string[] = [];
  /** What got a passage that does not fit. */
  const wrong: string[] = [];
  for (const said of all) {
    const got = await answerTo(said);
    const fits = said.fits.some((each) => got.includes(each));
    if (fits) fitting++;
    else if (HARMFUL.test(got)) harmful.push(`${said.words} → ${got}`);
    if (!fits && got.includes('›')) wrong.push(`${said.words} → ${got}`);
  }
  return { share: fitting / all.length, harmful, wrong };
}

it('the words by which the knowledge says that one gets a person do get one', async () => {
  const folder = fileURLToPath(new URL('../../knowledge', import.meta.url));
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.md'));
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  const quoted = texts.flatMap((text) =>
    [...text.matchAll(/"([^"]*(?:agente|persona)[^"]*)"/g)].map(([, words]) => words!),
  );
  expect(quoted.length).toBeGreaterThanOrEqual(5);
  for (const words of quoted) expect([words, asksForHuman(words)]).not.toEqual([words, []]);
});

describe('messages as people write them', () => {
  it('get what fits, those that were tuned on', async () => {
    const { share, harmful } = await measure(TUNED);
    expect(harmful).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(0.95);
  });

  it('get what fits, those that were kept apart', async () => {
    const { share, harmful } = await measure(HELD_OUT);
    expect(harmful).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(0.9);
  });

  it('in Russian and Arabic get what fits, two of three, and nothing wrong', async () => {
    const { share, wrong } = await measure(HELD_OUT_CLINIC);
    expect(wrong).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(2 / 3);
  });

  it.each(['спасибо большое, очень помогли', 'большое спасибо, вы молодцы'])('"%s" is no pain', async (words) => {
    expect(await answerTo({ base: 'clinic', language: 'ru', words })).not.toContain('боль');
  });

  it.each([
    ['isp-helpdesk', 'es', 'nada de nada funciona'],
    ['isp-helpdesk', 'es', 'por favor no me deis de baja'],
    ['isp-helpdesk', 'es', 'quítalo ya, bórralo'],
    ['isp-helpdesk', 'es', 'el botón no hace nada'],
    ['isp-helpdesk', 'en', 'cancel that'],
    ['isp-helpdesk', 'es', 'anúlalo'],
    ['shop', 'en', "please don't cancel my order"],
    ['shop', 'en', 'never cancel anything without asking me'],
    ['shop', 'fa', 'سفارش من را لغو نکنید'],
    ['crm', 'it', 'non cancellare niente'],
    ['isp-helpdesk', 'es', 'borré la app sin querer'],
    ['isp-helpdesk', 'es', 'se borró mi contacto del router'],
    ['isp-helpdesk', 'es', 'borra lo que te dije del router'],
    ['isp-helpdesk', 'es', 'restauré el portátil de fábrica'],
    ['isp-helpdesk', 'es', 'el técnico me reseteó el router y ahora no va'],
    ['isp-helpdesk', 'es', 'el router se restableció solo'],
    ['isp-helpdesk', 'es', 'sin resetear el router qué hago'],
    ['isp-helpdesk', 'es', 'somos una fábrica de pan, ¿qué planes hay?'],
    ['isp-helpdesk', 'es', 'mi mujer está de baja'],
    ['isp-helpdesk', 'es', 'quiero cancelar la queja'],
    ['isp-helpdesk', 'es', 'dame de baja la velocidad'],
    ['shop', 'en', 'cancelled flight'],
    ['shop', 'en', 'my dentist cancelled on me'],
    ['shop', 'en', 'I cancelled my gym'],
    ['shop', 'en', 'can you cancel the noise'],
    ['shop', 'en', 'cancel it'],
    ['shop', 'fa', 'پروازم کنسل شد'],
  ])('do no harm: %s %s "%s"', async (base, language, words) => {
    expect(await answerTo({ base, language, words })).not.toMatch(HARMFUL);
  });

  it.each([
    ['isp-helpdesk', 'es', 'quiero la baja', 'Dar de baja'],
    ['isp-helpdesk', 'es', 'cómo me doy de baja', 'Dar de baja'],
    ['isp-helpdesk', 'es', 'cancele mi servicio por favor', 'Dar de baja'],
    ['isp-helpdesk', 'es', 'cómo reseteo el router', 'Restablecer'],
    ['isp-helpdesk', 'es', 'reset de fábrica', 'Restablecer'],
    ['shop', 'en', 'i would like to cancel', 'cancel an order'],
    ['shop', 'en', 'can an order still be cancelled?', 'cancel an order'],
    ['shop', 'fa', 'لغو سفارش', 'لغو سفارش'],
  ])('find what ends or sets back where it is asked for: %s %s "%s"', async (base, language, words, title) => {
    expect(await answerTo({ base, language, words })).toContain(title);
  });

  it.each([
    ['isp-helpdesk', 'es', 'quiero contratar internet', 'Contratar'],
    ['isp-helpdesk', 'es', 'quiero ser cliente', 'Contratar'],
    ['isp-helpdesk', 'es', 'quiero darme de alta', 'Contratar'],
    ['isp-helpdesk', 'es', 'qué valen los planes', 'Planes y precios'],
    ['isp-helpdesk', 'es', 'puedo pagar en efectivo', 'Formas de pago'],
    ['isp-helpdesk', 'es', 'se aceptan pagos al contado?', 'Formas de pago'],
    ['isp-helpdesk', 'es', 'se ha roto el router', 'Visita del técnico'],
    ['isp-helpdesk', 'es', 'la porquería del wifi no llega al salón', 'no llega a toda la casa'],
    ['isp-helpdesk', 'es', 'hola me llamo Ana y no tengo internet', 'No tengo internet'],
    ['shop', 'en', 'what cards do you take', 'Payment methods'],
    ['shop', 'en', 'which cards do you accept', 'Payment methods'],
    ['shop', 'en', 'what gift cards do you have', 'gift cards'],
    ['shop', 'en', 'how do i reach you', 'Contact'],
    ['shop', 'en', 'can i get hold of you by phone', 'Contact'],
    ['shop', 'en', 'what is your address', 'Contact'],
    ['shop', 'en', 'i want to change my address', 'Change or cancel'],
    ['shop', 'en', 'change the shipping address please', 'Change or cancel'],
    ['shop', 'en', 'do you ship to canada', 'Delivery cost'],
    ['shop', 'fa', 'سایز مدیوم چنده', 'راهنمای سایز'],
    ['shop', 'fa', 'سایز لارج چنده', 'راهنمای سایز'],
    ['shop', 'fa', 'ارسال چنده', 'هزینهٔ ارسال'],
    ['crm', 'it', 'il sito non funziona', 'Assistenza'],
    ['crm', 'it', 'mi chiamo Anna e il sito non si apre', 'Assistenza'],
    ['crm', 'it', 'quanto tempo ci vuole', 'Tempi di consegna'],
  ])('find what is meant: %s %s "%s"', async (base, language, words, title) => {
    expect(await answerTo({ base, language, words })).toContain(title);
  });

  it.each([
    ['isp-helpdesk', 'es', 'que porquería de servicio'],
    ['isp-helpdesk', 'es', 'menuda basura de servicio'],
    ['isp-helpdesk', 'es', 'cómo te llamas'],
    ['isp-helpdesk', 'es', 'me llamo Pedro'],
    ['isp-helpdesk', 'es', '¿qué tiempo hará mañana?'],
    ['shop', 'en', 'whats your name'],
    ['shop', 'fa', 'سایت باز نمیشه'],
    ['shop', 'fa', 'سایت بالا نمیاد'],
    ['crm', 'it', 'che tempo fa'],
    ['crm', 'it', 'che tempo farà domani'],
    ['crm', 'it', 'fate app?'],
    ['crm', 'it', 'mi chiamo Luca'],
    ['crm', 'it', 'come ti chiami'],
  ])('find nothing by chance: %s %s "%s"', async (base, language, words) => {
    expect(await answerTo({ base, language, words })).toBe('unclear');
  });

  it.each([
    [
      ['hola', 'buenas', 'tengo un problema', 'con el internet', 'va lento', 'desde ayer', 'me ayudan?', 'porfa'],
      'está lento',
    ],
    [['oye', 'el wifi', 'no llega', 'al salón'], 'no llega a toda la casa'],
    [['hola', 'qué tal', 'cuánto cuesta', 'el plan', 'familia'], 'Plan Familia'],
  ])('are read as one where they come in pieces: %j', async (lines, title) => {
    const words = lines.join('\n');
    expect(await answerTo({ base: 'isp-helpdesk', language: 'es', words })).toContain(title);
  });

  it('find their answer in the middle of a long report', async () => {
    const filler =
      'Buenas, les escribo otra vez porque nadie contesta al teléfono. Mi hermana vive al lado y tampoco entiende nada. ';
    const words = `${filler.repeat(5)}La cosa es que me habéis cobrado de más en la factura. ${filler.repeat(3)}`;
    expect(await answerTo({ base: 'isp-helpdesk', language: 'es', words })).toContain('cobro incorrecto');
  });
});
