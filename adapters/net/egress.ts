/**
 * The one client for requests to LLM, embedding and speech hosts. It follows no redirect, so that nothing is sent to a host that nobody
 * configured, and tells the log how much left for where; never what.
 */
import { DragomanError, describe } from '../../core/errors.ts';
import type { Logger } from '../../core/ports.ts';

/** @returns a `fetch`. Rejects as `fetch` does, and with `SETTING_INVALID` for anything but http and https. */
export function createEgress(log: Pick<Logger, 'debug'>): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new DragomanError(
        'SETTING_INVALID',
        'An LLM, embedding or speech endpoint is neither http nor https.',
        'Correct its base URL.',
      );
    const where = `${url.host}${url.pathname}`;
    const size = typeof init?.body === 'string' ? `${Buffer.byteLength(init.body)} bytes` : 'a body';
    const started = performance.now();
    const took = () => `${Math.round(performance.now() - started)} ms`;
    try {
      const response = await fetch(input, { ...init, redirect: 'manual' });
      log.debug(`${where}: sent ${size}, ${response.status} after ${took()}.`);
      return response;
    } catch (error) {
      log.debug(`${where}: sent ${size}, failed after ${took()}: ${describe(error)}`);
      throw error;
    }
  };
}
