import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import type { Outgoing } from '../../core/ports.ts';
import { render, renderTemplate, type WhatsappPart } from './render.ts';

const parts = (content: Outgoing) => render(content) as unknown as WhatsappPart[];
const interactive = (content: Outgoing) => parts(content).at(-1)!.body.interactive as JsonObject;
const buttons = (...titles: string[]) => titles.map((title, index) => ({ id: `id${index}`, title }));

describe('text', () => {
  it.each([
    ['**Hola** _qué_ ~~tal~~ `ya`', '*Hola* _qué_ ~tal~ `ya`'],
    ['a** con aire **b', 'a *con aire* b'],
    ['# Guía\n- uno', '*Guía*\n• uno'],
    ['[Web](https://x.y/a_b) y https://x.y/_c_/', 'Web (https://x.y/a_b) y https://x.y/_c_/'],
    ['```\nping\n```', '```\nping\n```'],
    ['2*3*4_a_b [x](y) <b>', '2*3*4_a_b [x](y) <b>'],
  ])('%j is written %j', (markdown, text) => {
    expect(parts({ text: markdown })).toEqual([{ text, body: { type: 'text', text: { body: text } } }]);
  });

  it('does not let plain marks turn bold', () => {
    expect(parts({ text: 'usa ~a y b~ o * no *' })[0]!.text).toBe('usa ~\u200Ba y b~ o * no *');
  });

  it('1500 Cyrillic letters are one message, 9000 three', () => {
    expect(parts({ text: 'ж'.repeat(1_500) })).toHaveLength(1);
    expect(parts({ text: 'ж'.repeat(9_000) }).map(({ text }) => text.length)).toEqual([4_096, 4_096, 808]);
  });
});

describe('buttons', () => {
  it('up to three short ones are reply buttons', () => {
    expect(interactive({ text: '¿Cuál?', buttons: buttons('A', 'B', 'C') })).toEqual({
      type: 'button',
      body: { text: '¿Cuál?' },
      action: {
        buttons: [
          { type: 'reply', reply: { id: 'id0', title: 'A' } },
          { type: 'reply', reply: { id: 'id1', title: 'B' } },
          { type: 'reply', reply: { id: 'id2', title: 'C' } },
        ],
      },
    });
  });

  it('more, or longer ones, are a list that shows the whole title', () => {
    const long = 'Fibra simétrica de 600 Mbps';
    expect(interactive({ text: '¿Cuál?', buttons: buttons(long) })).toMatchObject({
      type: 'list',
      action: { sections: [{ rows: [{ id: 'id0', title: 'Fibra simétrica de 600…', description: long }] }] },
    });
    expect(interactive({ text: '¿Cuál?', buttons: buttons('A', 'B', 'C', 'D') })).toMatchObject({
      type: 'list',
      action: { sections: [{ rows: [{ title: 'A' }, { title: 'B' }, { title: 'C' }, { id: 'id3', title: 'D' }] }] },
    });
  });

  it('those that a list cannot hold stand in the text', () => {
    const titles = Array.from({ length: 12 }, (_, index) => `Ciudad ${index + 1}`);
    const shown = parts({ text: '¿Dónde?', buttons: buttons(...titles) });
    expect(shown).toHaveLength(1);
    expect(shown[0]!.text).toBe('¿Dónde?\n\n• Ciudad 11\n• Ciudad 12');
  });

  it('a text that is too long for them goes ahead', () => {
    const shown = parts({ text: 'palabra '.repeat(200), buttons: buttons('Sí', 'No') });
    expect(shown.map(({ body }) => body.type)).toEqual(['text', 'interactive']);
    expect(shown[1]!.text).toBe('• Sí\n• No');
  });
});

it('a template is named, with what its variables stand for', () => {
  const template = { name: 'order_thanks', language: 'es_ES', text: 'Hola Ana: A-1' };
  const parameters = [{ text: 'Ana' }, { text: 'A-1' }];
  expect(renderTemplate({ ...template, parameters })).toEqual({
    text: 'Hola Ana: A-1',
    body: {
      type: 'template',
      template: {
        ...{ name: 'order_thanks', language: { code: 'es_ES' } },
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'Ana' },
              { type: 'text', text: 'A-1' },
            ],
          },
        ],
      },
    },
  });
});

describe('media', () => {
  it('goes by link, with its caption', () => {
    expect(
      parts({ text: '', media: [{ kind: 'document', url: 'https://x.y/f', caption: '**Lea**', name: 'f.pdf' }] }),
    ).toEqual([
      {
        text: '*Lea*',
        body: { type: 'document', document: { link: 'https://x.y/f', caption: '*Lea*', filename: 'f.pdf' } },
      },
    ]);
  });

  it('a caption that does not fit, or has no place, follows as text', () => {
    const long = parts({ text: '', media: [{ kind: 'image', url: 'https://x.y/i', caption: 'palabra '.repeat(200) }] });
    expect(long.map(({ body }) => body.type)).toEqual(['image', 'text']);
    expect(parts({ text: '', media: [{ kind: 'audio', url: 'https://x.y/a', caption: 'Oiga' }] })).toEqual([
      { text: '', body: { type: 'audio', audio: { link: 'https://x.y/a' } } },
      { text: 'Oiga', body: { type: 'text', text: { body: 'Oiga' } } },
    ]);
  });
});
