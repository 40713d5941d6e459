import { expect, it } from 'vitest';
import { endpointFor, endpointOf } from './service-endpoint.ts';

const OPENAI = 'https://api.openai.com/v1';
const own = { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'own-key' };
const openai = { baseUrl: OPENAI, apiKey: 'openai-key' };

it('reads a provider node as its own values, else the environment’s', () => {
  expect(endpointOf({ baseUrl: '' }, undefined, {})).toEqual({ baseUrl: OPENAI, apiKey: '' });
  expect(endpointOf({ baseUrl: own.baseUrl }, 'own-key', { OPENAI_API_KEY: 'other' })).toEqual(own);
  expect(endpointOf({ baseUrl: '' }, '', { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://b/v1' })).toEqual({
    baseUrl: 'http://b/v1',
    apiKey: 'k',
  });
});

it.each([
  ['nothing: OpenAI, without a key', [], {}, OPENAI, ''],
  ['the environment alone', [], { OPENAI_BASE_URL: 'http://b/v1', OPENAI_API_KEY: 'k' }, 'http://b/v1', 'k'],
  ['the only provider node', [own], {}, own.baseUrl, 'own-key'],
  ['of two nodes the one at the usual endpoint', [own, openai], {}, OPENAI, 'openai-key'],
  [
    'a variable that names the node’s endpoint',
    [openai, own],
    { EMBEDDING_BASE_URL: `${own.baseUrl}/` },
    `${own.baseUrl}/`,
    'own-key',
  ],
  ['a variable’s key over the node’s', [own], { EMBEDDING_API_KEY: 'e' }, own.baseUrl, 'e'],
  ['another endpoint, which gets no node’s key', [own], { EMBEDDING_BASE_URL: 'http://e/v1' }, 'http://e/v1', ''],
  [
    'another endpoint with its own key',
    [own],
    { EMBEDDING_BASE_URL: 'http://e/v1', EMBEDDING_API_KEY: 'e' },
    'http://e/v1',
    'e',
  ],
] as const)('%s', (_what, providers, environment, baseUrl, apiKey) => {
  expect(endpointFor('embedding', providers, environment)).toEqual({ baseUrl, apiKey });
  for (const use of ['stt', 'tts'] as const) {
    const own = Object.entries(environment).map(([name, value]) => [
      name.replace('EMBEDDING', use.toUpperCase()),
      value,
    ]);
    expect(endpointFor(use, providers, Object.fromEntries(own))).toEqual({ baseUrl, apiKey });
  }
});
