import { expect, it } from 'vitest';
import { shown } from './item.ts';

it('shows the words of a template, which the platform knows by its name only', () => {
  const template = { body: { type: 'template' }, text: 'order_thanks (es): Ana', schemaErrors: [] };
  expect(shown('whatsapp', template, 'Hola Ana').text).toBe('Hola Ana');
  expect(shown('whatsapp', template).text).toBe('order_thanks (es): Ana');
  const text = { body: { type: 'text' }, text: 'As it was sent', schemaErrors: [] };
  expect(shown('whatsapp', text, 'As we stored it').text).toBe('As it was sent');
});

it('shows the words of a voice note of ours, which the platform does not know', () => {
  const note = { body: {}, media: [{ kind: 'voice' as const }], schemaErrors: [] };
  for (const platform of ['telegram', 'whatsapp', 'waha'])
    expect(shown(platform, note, '**Hola**')).toMatchObject({
      text: '**Hola**',
      format: 'plain',
      media: [{ kind: 'voice' }],
    });
  const linked = { body: {}, media: [{ kind: 'voice' as const, url: 'https://x.example/a.ogg' }], schemaErrors: [] };
  expect(shown('waha', linked, 'What was said beside it').text).toBe('');
});
