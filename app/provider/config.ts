import type { Prices } from '../../core/answering/prices.ts';
import type { Continuity } from '../../core/ports.ts';

/** A provider's configuration as it is saved in flows. The key is a credential, never in here. */
export interface ProviderConfig {
  /** Id of a `dragoman-provider` plugin. */
  provider: string;
  /** Which variables say what is empty: `OPENAI_…`; or, where `OLLAMA_URL` is set, those of Ollama. */
  variables: 'openai' | 'ollama';
  baseUrl: string;
  model: string;
  /** Asked when the first model fails or its budget is nearly used up; empty: none. */
  fallbackModel: string;
  continuity: Continuity;
  /** Tokens of one answer; empty: as the environment says. */
  maxOutputTokens: number | '';
  /** For all models together; empty: as the environment says, else what was chosen for the account's turns, else 35. */
  timeoutSeconds: number | '';
  /** Whether photos of customers are shown to the model: `on`, `off`; empty: as the environment says. */
  pictures: string;
  /** Per million tokens; empty: not known. */
  priceInput: number | '';
  /** Empty: as other input. */
  priceCached: number | '';
  priceOutput: number | '';
  /** The fallback model's; empty: the first model's hold. */
  fallbackPriceInput: number | '';
  fallbackPriceCached: number | '';
  fallbackPriceOutput: number | '';
  /** A word for people. */
  currency: string;
  /** When the prices were looked up, `2026-11-20`; for people. */
  pricesDate: string;
  /** Of all accounts together in a day, in the currency, or in tokens where no prices are given; 0: no limit. */
  dailyBudget: number;
  /** Of one contact in a day. */
  contactBudget: number;
}

/** A provider of which nothing is typed in. */
export const UNSET: ProviderConfig = {
  provider: 'openai',
  variables: 'openai',
  baseUrl: '',
  model: '',
  fallbackModel: '',
  continuity: 'auto',
  maxOutputTokens: '',
  timeoutSeconds: '',
  pictures: '',
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
};

const known = (price: number | ''): price is number => typeof price === 'number' && price >= 0;

/** Undefined unless input and output both have a price. */
function pricesOf(input: number | '', cached: number | '', output: number | ''): Prices | undefined {
  if (!known(input) || !known(output)) return undefined;
  return { input, output, cached: known(cached) ? cached : input };
}

/** Of the first model and the fallback model. */
export function pricesIn(config: ProviderConfig): { model?: Prices; fallbackModel?: Prices } {
  const model = pricesOf(config.priceInput, config.priceCached, config.priceOutput);
  const own = pricesOf(config.fallbackPriceInput, config.fallbackPriceCached, config.fallbackPriceOutput);
  return { model, fallbackModel: own ?? model };
}
