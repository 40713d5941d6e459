/** The models that answer: which there are, whether they are there now, and what a small question to one takes and costs. */
import type { Endpoint } from '../../core/answering/answering.ts';
import { costOf } from '../../core/answering/prices.ts';
import { newSession } from '../../core/ids.ts';
import type { Clock } from '../../core/ports.ts';
import type { SetupPart } from '../../core/setup/report.ts';
import { type ModelTried, modelPart } from '../../core/setup/rest.ts';
import { type ProviderNode, problemOf } from './parts.ts';

/** An answer that must be there in so long; milliseconds. */
const TRY_MS = 30_000;

export interface Model extends Omit<ProviderNode, 'endpoints'> {
  prefix: string;
  endpoint?: Endpoint;
}

export const keyOf = ({ id, prefix, endpoint }: Model) => JSON.stringify([id, prefix, endpoint?.key]);

/** Each provider as it is without a prefix, and with the prefix of an account that makes it another. */
export function modelsOf(providers: ProviderNode[], accounts: { envPrefix: string }[]): Model[] {
  const prefixes = [...new Set(['', ...accounts.map(({ envPrefix }) => envPrefix)])];
  return providers.flatMap(({ endpoints, ...about }) => {
    const all = prefixes.map((prefix): Model => {
      const [endpoint] = endpointsOf(endpoints, prefix);
      return { ...about, prefix, ...(endpoint && { endpoint }) };
    });
    const others = all.filter(
      ({ endpoint }, at) => endpoint && all.findIndex((other) => other.endpoint?.key === endpoint.key) === at,
    );
    return others.length > 0 ? others : all.slice(0, 1);
  });
}

/** None where a setting of it is wrong: its node says so. */
function endpointsOf(endpoints: ProviderNode['endpoints'], prefix: string): Endpoint[] {
  try {
    return endpoints(prefix);
  } catch {
    return [];
  }
}

export async function tryOut({ provider, prices }: Endpoint, clock: Clock): Promise<ModelTried> {
  const begun = clock.now();
  try {
    const answer = await provider.answer({
      instructions: 'Answer with one short sentence.',
      history: [{ role: 'user', text: 'Say that you are ready to help customers.' }],
      passages: [],
      session: newSession(),
      timeoutMs: TRY_MS,
    });
    const usage = answer?.source.usage ?? { input: 0, output: 0 };
    const cost = costOf(usage, prices);
    return {
      ...{ at: begun, ok: true, ms: clock.now() - begun, input: usage.input, output: usage.output },
      ...(cost !== undefined && { cost }),
    };
  } catch (error) {
    return { at: begun, ok: false, problem: problemOf(error) };
  }
}

/** @param states whether endpoints answer now, by name */
export function modelPartOf(
  { id, name, prefix, variable, endpoint, currency }: Model,
  states: Record<string, 'ok' | 'no answer'>,
  tried: ModelTried | undefined,
): SetupPart {
  if (!endpoint) return modelPart({ id, name, prefix, variable });
  // The address has no blanks, the model's name may have some.
  const [url = '', ...words] = endpoint.key.split(' ');
  return modelPart({
    ...{ id, name, prefix, variable, ...(tried && { tried }) },
    endpoint: {
      model: words.join(' '),
      host: URL.canParse(url) ? new URL(url).host : url,
      priced: endpoint.prices !== undefined,
      currency,
      away: states[[name, prefix].filter(Boolean).join(' ')] === 'no answer',
    },
  });
}
