/** What tokens cost. */
import type { Usage } from '../model.ts';

/** Configured, never known by us: providers change them. Per million tokens. */
export interface Prices {
  input: number;
  /** Of input that the provider read from its cache. */
  cached: number;
  output: number;
}

/** In the currency of the prices; undefined without prices, which is not 0. */
export function costOf({ input, output, cached = 0 }: Usage, prices: Prices | undefined): number | undefined {
  if (!prices) return undefined;
  return ((input - cached) * prices.input + cached * prices.cached + output * prices.output) / 1_000_000;
}

/** Both together. The cost is unknown only where neither has one. */
export function sumUsage(a: Usage | undefined, b: Usage | undefined): Usage | undefined {
  if (!a || !b) return a ?? b;
  const cached = (a.cached ?? 0) + (b.cached ?? 0);
  const cost = a.cost === undefined ? b.cost : a.cost + (b.cost ?? 0);
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    ...(cached ? { cached } : {}),
    ...(cost === undefined ? {} : { cost }),
    ...(a.estimated || b.estimated ? { estimated: true } : {}),
  };
}
