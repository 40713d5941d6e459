import { expect, it } from 'vitest';
import { DEFAULT_TEXTS } from '../../core/orders/texts.ts';
import { approvedEvents, approvedOf, type Config, textsOf } from './config.ts';

const config: Pick<Config, 'texts' | 'style' | 'variants'> = {
  style: 'short',
  texts: { POST_PURCHASE: { template: { de: 'Danke, {number}', en: 'Thanks, {number}' } } },
  variants: [{ id: 'emoji', share: 50, texts: { POST_PURCHASE: { template: { en: '🎉 {number}', ru: '' } } } }],
};

it('says the variant’s words before the node’s, and these before ours, language by language', () => {
  const { template, fallback, style } = textsOf(config, 'POST_PURCHASE', 'emoji');
  const { template: ours } = DEFAULT_TEXTS.POST_PURCHASE;
  expect(template).toEqual({ ...ours, de: 'Danke, {number}', en: '🎉 {number}' });
  expect(fallback).toEqual(DEFAULT_TEXTS.POST_PURCHASE.fallback);
  expect(style).toBe('short');
});

it('says the node’s own first language to whoever speaks none of them', () => {
  expect(Object.keys(textsOf(config, 'POST_PURCHASE').template)[0]).toBe('de');
});

it('has our words where nothing is written', () => {
  expect(textsOf(config, 'ORDER_DELIVERED', 'gone').template).toEqual(DEFAULT_TEXTS.ORDER_DELIVERED.template);
});

it('names the templates of WhatsApp, the variant’s before the node’s, and the events that have any', () => {
  const template = (name: string) => ({ name, code: 'es', body: 'Hola' });
  const node = {
    texts: { POST_PURCHASE: { approved: { es: template('node'), ru: template('node_ru') } } },
    variants: [{ id: 'emoji', share: 1, texts: { POST_PURCHASE: { approved: { es: template('emoji') } } } }],
  };
  expect(approvedOf(node, 'POST_PURCHASE', 'emoji')).toEqual({ es: template('emoji'), ru: template('node_ru') });
  expect(approvedOf(node, 'POST_PURCHASE')).toEqual(node.texts.POST_PURCHASE.approved);
  expect(approvedEvents(node)).toEqual(['POST_PURCHASE']);
  const emptied = { texts: { POST_PURCHASE: { approved: {} } }, variants: [] };
  expect([approvedOf(emptied, 'ORDER_DELIVERED'), approvedEvents(emptied)]).toEqual([{}, []]);
});
