import { expect, it } from 'vitest';
import { DEFAULT_TEXTS } from '../../core/orders/texts.ts';
import { type Config, textsOf } from './config.ts';

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
