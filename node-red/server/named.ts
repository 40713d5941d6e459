/** Who is meant, where a person's data are asked for. */
import type { Named } from '../../app/people/people.ts';
import { DragomanError } from '../../core/errors.ts';
import { textField } from './respond.ts';

/** Not in an address, which proxies and logs keep. @throws DragomanError BAD_REQUEST */
export function namedIn(body: object): Named {
  const [contact, account, address] = ['contact', 'account', 'address'].map((name) => textField(body, name).trim());
  if (contact && !account && !address) return { contact };
  if (account && address && !contact) return { account, address };
  throw new DragomanError(
    'BAD_REQUEST',
    'It is not said who is meant.',
    'Send {"contact": "<id>"}, or {"account": "<id>", "address": "<phone or username>"}.',
  );
}
