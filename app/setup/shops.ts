/** Where orders come from: what is known of each order-in, and what its shop tells when it is asked. */
import type { Clock, Polled } from '../../core/ports.ts';
import { SETTINGS } from '../../core/settings.ts';
import type { SetupPart } from '../../core/setup/report.ts';
import { type ShopKnown, type ShopTold, shopPart } from '../../core/setup/shop.ts';
import type { Registry, Starter } from '../registry.ts';
import type { Calls } from './accounts.ts';
import { problemOf, type ShopNode } from './parts.ts';

/** All that is known beside the node. */
interface Beside {
  registry: Pick<Registry, 'account' | 'entry' | 'starter'>;
  calls: Calls;
  /** By which node it was asked: another one, made by a deploy, was asked nothing yet. */
  told: (ShopTold & { of: Starter }) | undefined;
}

export function shopOfSetup(node: ShopNode, { registry, calls, told }: Beside): SetupPart {
  const { id, path } = node;
  const account = registry.account(node.account);
  const starter = registry.starter(id);
  const source = starter?.source?.();
  const refused = path ? calls.shops.get(path) : undefined;
  const running: ShopKnown['running'] = account &&
    source && {
      ...source,
      writes: !account.enabled || !account.outreach?.enabled ? 'off' : account.outreach.testMode ? 'test' : 'on',
      simulated: account.simulated,
      hears: registry.entry(account.id) !== undefined,
    };
  return shopPart({
    id,
    name: node.name || source?.shop || '',
    account: account?.name ?? '',
    variables: {
      ...(source?.variables ?? { address: '', secret: '' }),
      writing: `${account?.envPrefix ?? ''}${SETTINGS.sellerEnabled.env}`,
    },
    ...(running && { running }),
    ...(path && { path }),
    ...(refused && { refused }),
    ...(told && told.of === starter && { told }),
  });
}

/** Never rejects. */
export async function askShop(ask: () => Promise<Polled>, clock: Clock): Promise<ShopTold> {
  const at = clock.now();
  try {
    const polled = await ask();
    if (!polled.ok) return { at, ok: false, problem: polled.fault };
    const faulty = polled.orders.filter((read) => !read.ok);
    return {
      at,
      ok: true,
      orders: polled.orders.length,
      faulty: faulty.length,
      reason: faulty[0]?.fault.message ?? '',
    };
  } catch (error) {
    return { at, ok: false, problem: problemOf(error) };
  }
}
