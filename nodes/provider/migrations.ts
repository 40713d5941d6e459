import type { Migrations } from '../../node-red/kit/migrate.ts';

export const migrations: Migrations = {
  steps: [
    // The whole conversation was sent each time, and nothing was counted.
    (config) => ({
      continuity: 'replay',
      priceInput: '',
      priceCached: '',
      priceOutput: '',
      fallbackPriceInput: '',
      fallbackPriceCached: '',
      fallbackPriceOutput: '',
      currency: '',
      pricesDate: '',
      dailyBudget: 0,
      contactBudget: 0,
      ...config,
    }),
    // Answers had at most 4,096 tokens and 35 seconds.
    (config) => ({ maxOutputTokens: '', timeoutSeconds: '', ...config }),
    // No model saw a photo; none does while the environment says nothing.
    (config) => ({ pictures: '', ...config }),
    // What was empty came from the variables of OpenAI.
    (config) => ({ variables: 'openai', ...config }),
  ],
};
