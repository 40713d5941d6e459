/** Behind which proxies this server stands, so that what counts by address counts who asks and not the proxy. */
import type { NodeAPI } from 'node-red';
import { DragomanError } from '../../core/errors.ts';
import { resolve, SETTINGS } from '../../core/settings.ts';

/**
 * From now on `request.ip`, also of a flow's http in nodes, is what the proxies of the setting say. Nobody is believed where it is unset: anyone
 * can write the header.
 * @throws DragomanError SETTING_INVALID
 */
export function trustProxies(RED: Pick<NodeAPI, 'httpNode'>): void {
  const { value, env } = resolve(SETTINGS.trustProxy, process.env);
  if (!value) return;
  try {
    // It would be read as the address 0.0.0.1; who writes it means how many proxies there are.
    if (/(^|,)\s*\d+\s*(,|$)/.test(value)) throw new TypeError('a number');
    RED.httpNode.set('trust proxy', value);
  } catch {
    throw new DragomanError(
      'SETTING_INVALID',
      `${env} is "${value}", in which something is no address, no subnet and no name for some.`,
      `Write ${env} as 10.0.0.7, 10.0.0.0/8 or uniquelocal, several with commas between them, and restart.`,
    );
  }
}
