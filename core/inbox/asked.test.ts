import { describe, expect, it } from 'vitest';
import type { Message } from '../model.ts';
import { wasOffered } from './asked.ts';
import { plain } from './consent.ts';

const said = (text: string, request: object = {}) => [
  { text, parts: [{ request, state: 'sent' }] } as unknown as Message,
];

describe('a word that was offered', () => {
  it.each([
    ['Baja', '¿Qué velocidad de subida tienes contratada: alta, media o baja?'],
    ['alta', '¿Qué velocidad de subida tienes contratada: alta, media o baja?'],
    ['Alto.', 'Gracias. ¿El volumen es bajo, normal o ALTO?'],
    ['stop', 'Does the light say STOP or RUN?'],
    ['End', 'Where does the cable break: start / end?'],
    ['стоп', 'На экране «старт» или «стоп»?'],
    ['لغو', 'سفارش را لغو یا تایید می‌کنید؟'],
    ['baja', 'Elige una prioridad:\n• Alta\n• Baja'],
    ['baja', 'Elige:\n1. Alta\n2. Baja'],
  ])('%s, after "%s"', (word, question) => {
    expect(wasOffered(plain(word, 'drop'), said(question))).toBe(true);
  });

  it('is one of the buttons or rows', () => {
    const rows = { body: { interactive: { action: { sections: [{ rows: [{ id: 'p1', title: 'Baja' }] }] } } } };
    expect(wasOffered('baja', said('Elige una', rows))).toBe(true);
    const keyboard = { body: { reply_markup: { inline_keyboard: [[{ text: 'Baja', callback_data: 'low' }]] } } };
    expect(wasOffered('baja', said('Elige una', keyboard))).toBe(true);
    expect(wasOffered('alta', said('Elige una', keyboard))).toBe(false);
  });
});

describe('means what it says', () => {
  it.each([
    ['baja', 'Responde BAJA para no recibir más mensajes.'],
    ['stop', 'When did it stop?'],
    ['stop', 'Do you want to stop or go on receiving messages?'],
    ['baja', '¿Quieres darte de baja?'],
    ['baja', 'La velocidad puede ser alta, media o baja.'],
    ['baja', '¿En qué puedo ayudarte?'],
    ['darme de baja', '¿Alta, media o darme de baja?'],
    ['', '¿Alta, media o baja?'],
  ])('%s, after "%s"', (word, text) => {
    expect(wasOffered(plain(word, 'drop'), said(text))).toBe(false);
  });
});
