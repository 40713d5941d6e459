/** The account that a node was given. */
import type { NodeAPI } from 'node-red';
import type { Account } from '../core/accounts.ts';
import { DragomanError } from '../core/errors.ts';
import { engine } from '../node-red/current.ts';
import type { AccountNode } from './account/account.ts';

/** @param id of the account's node. @param name of the node that has it. @throws DragomanError ACCOUNT_MISSING */
export function accountFor(RED: NodeAPI, id: string, name: string): Account {
  const account = (RED.nodes.getNode(id) as unknown as AccountNode | null)?.account;
  if (account) return account;
  const trouble = engine().registry.trouble(id);
  if (trouble)
    throw new DragomanError(
      'ACCOUNT_MISSING',
      `The account of this ${name} does not work: ${trouble}`,
      'Mend it in its config node, then deploy.',
    );
  throw new DragomanError('ACCOUNT_MISSING', `This ${name} has no account.`, 'Open it and choose or add one.');
}
