import { describe, expect, it } from 'vitest';
import type { ProviderSettings } from '../../core/ports.ts';
import { type ProviderConfig, pricesIn, UNSET } from './config.ts';
import { endpointsOf, timeoutOf } from './endpoints.ts';

const config = (more: Partial<ProviderConfig> = {}): ProviderConfig => ({ ...UNSET, ...more });
const made: ProviderSettings[] = [];
const plugin = {
  id: 'openai',
  create(settings: ProviderSettings) {
    made.push(settings);
    return { answer: async () => null };
  },
};

describe('a provider', () => {
  it('knows prices only where input and output have one; the fallback model’s are the first’s until it has its own', () => {
    expect(pricesIn(config())).toEqual({ model: undefined, fallbackModel: undefined });
    expect(pricesIn(config({ priceInput: 2 })).model).toBeUndefined();
    const priced = { priceInput: 2, priceOutput: 0 } as const;
    const model = { input: 2, cached: 2, output: 0 };
    expect(pricesIn(config(priced))).toEqual({ model, fallbackModel: model });
    expect(pricesIn(config({ ...priced, priceCached: 0.5, fallbackPriceInput: 1, fallbackPriceOutput: 3 }))).toEqual({
      model: { ...model, cached: 0.5 },
      fallbackModel: { input: 1, cached: 1, output: 3 },
    });
  });

  it('asks the model, then the fallback model, each with its price, and tells the engine its settings', () => {
    made.length = 0;
    const endpoints = endpointsOf(
      plugin,
      config({
        model: 'dear',
        fallbackModel: 'cheap',
        continuity: 'server',
        priceInput: 2,
        priceOutput: 8,
        fallbackPriceInput: 1,
        fallbackPriceOutput: 3,
      }),
      'sk-1',
      'CRM_',
      { OPENAI_ORG_ID: 'org', CRM_OPENAI_ORG_ID: 'crm', OPENAI_PROJECT: 'all' },
    );
    expect(endpoints.map(({ name, prices }) => [name, prices?.input])).toEqual([
      ['openai dear', 2],
      ['openai cheap', 1],
    ]);
    expect(made).toMatchObject([
      { model: 'dear', kind: 'llm', continuity: 'server', organization: 'crm', project: 'all' },
      { model: 'cheap', kind: 'fallback-llm', continuity: 'server' },
    ]);
  });

  it('bounds answers by the node, the account’s variable, the variable of all, else 1,000 tokens', () => {
    const limitOf = (maxOutputTokens: number | '', environment: Record<string, string>) => {
      made.length = 0;
      endpointsOf(plugin, config({ maxOutputTokens }), 'sk-1', 'CRM_', environment);
      return made[0]?.maxOutputTokens;
    };
    expect(limitOf('', {})).toBe(1000);
    expect(limitOf('', { LLM_MAX_OUTPUT_TOKENS: '300' })).toBe(300);
    expect(limitOf('', { LLM_MAX_OUTPUT_TOKENS: '300', CRM_LLM_MAX_OUTPUT_TOKENS: '200' })).toBe(200);
    expect(limitOf(50, { LLM_MAX_OUTPUT_TOKENS: '300' })).toBe(50);
    expect(() => limitOf('', { LLM_MAX_OUTPUT_TOKENS: 'many' })).toThrow('no whole number');
  });

  it('gives an answer the time that it is told, else none of its own', () => {
    expect(timeoutOf(config(), '', {})).toBeUndefined();
    expect(timeoutOf(config(), 'CRM_', { CRM_LLM_TIMEOUT_SECONDS: '20' })).toBe(20_000);
    expect(timeoutOf(config({ timeoutSeconds: 90 }), '', { LLM_TIMEOUT_SECONDS: '20' })).toBe(90_000);
  });

  it('is Ollama where the node takes its variables and there is one, without a key of another server', () => {
    const of = (more: Partial<ProviderConfig>, environment: Record<string, string>, key?: string) => {
      made.length = 0;
      endpointsOf(plugin, config({ variables: 'ollama', ...more }), key, 'CALL_', environment);
      return made[0] && [made[0].baseUrl, made[0].model, made[0].apiKey];
    };
    const openai = { OPENAI_API_KEY: 'sk-1', AI_ASSISTANT_MODEL: 'gpt' };
    expect(of({}, {})).toBeUndefined();
    expect(of({}, openai)).toEqual(['https://api.openai.com/v1', 'gpt', 'sk-1']);
    const ollama = { ...openai, OLLAMA_URL: 'http://ollama:11434/' };
    expect(of({}, ollama)).toEqual(['http://ollama:11434/v1', 'phi3:mini', '']);
    expect(of({}, { OLLAMA_URL: 'http://gate/llm/v1/', OLLAMA_MODEL: 'qwen3:4b' })).toEqual([
      'http://gate/llm/v1',
      'qwen3:4b',
      '',
    ]);
    expect(of({ model: 'own' }, { ...ollama, CALL_OLLAMA_URL: 'http://own:1' }, 'key')).toEqual([
      'http://own:1/v1',
      'own',
      'key',
    ]);
    expect(of({ baseUrl: 'http://typed/v1' }, ollama)).toEqual(['http://typed/v1', 'gpt', 'sk-1']);
    expect(of({ variables: 'openai' }, ollama)).toEqual(['https://api.openai.com/v1', 'gpt', 'sk-1']);
  });

  it('asks nobody while neither a key nor a server of one’s own is set', () => {
    expect(endpointsOf(plugin, config(), undefined, '', {})).toEqual([]);
    expect(endpointsOf(plugin, config(), undefined, '', { OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' })).toHaveLength(
      1,
    );
  });
});
