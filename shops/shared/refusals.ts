/** What a shop's refusals mean, and how long to wait after them. */
import type { AxiosResponse } from 'axios';
import type { OrderFault } from '../../core/model.ts';
import { orderFault } from '../../core/orders/faults.ts';

/** Nothing changes until a person does something, and a server may lock out who keeps knocking. */
export const NEEDS_A_PERSON_MS = 15 * 60_000;
/** Longer than this no server is obeyed: it would be forgotten. */
const LONGEST_MS = 24 * 3_600_000;

/** Undefined for a success. */
export function refusalOf(status: number): OrderFault | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401 || status === 403)
    return orderFault(
      'SHOP_REFUSED',
      `The shop does not accept our key or session (${status}).`,
      'Renew it in the shop and write it into the source. The round goes on where it stopped.',
    );
  if (status === 404 || status === 410)
    return orderFault(
      'SHOP_NOT_FOUND',
      `There is nothing at the address of the shop (${status}).`,
      'Compare the address in the source with what the shop gives.',
    );
  if (status === 429)
    return orderFault(
      'SHOP_BUSY',
      'The shop asks us to come less often (429).',
      'It is asked again by itself; poll in longer intervals if it stays.',
    );
  return orderFault(
    'SHOP_FAILED',
    `The shop's server failed, or did not understand the request (${status}).`,
    'It is asked again by itself; if it stays, ask whoever runs the shop.',
  );
}

/** How long to wait, in milliseconds: what the server says, else what the refusal is worth; undefined: as the caller likes. */
export function hintOf(status: number, headers: AxiosResponse['headers'], now: number): number | undefined {
  const told = retryAfterMs(String(headers['retry-after'] ?? ''), Date.parse(String(headers.date ?? '')) || now);
  if (told !== undefined) return told;
  return status >= 400 && status < 500 && status !== 429 && status !== 408 ? NEEDS_A_PERSON_MS : undefined;
}

/** A date counts from the server's own clock. */
function retryAfterMs(header: string, serverNow: number): number | undefined {
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - serverNow;
  return Number.isNaN(ms) ? undefined : Math.min(LONGEST_MS, Math.max(0, ms));
}
