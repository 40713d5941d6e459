/** Flows as Node-RED has them, and as they are handed out. */
import { createHash } from 'node:crypto';
import type { Rollout } from '../../core/ports.ts';
import type { FlowNode } from '../flow-files/canonical.ts';
import { type Credentials, opens } from '../flow-files/sealed.ts';
import { type Known, whyNot } from './check.ts';

export interface Flows {
  revision: string;
  flows: FlowNode[];
  /** Encrypted. */
  credentials: Credentials;
}

/** What a process runs or hands out, and what it could not: for health, metrics and the worker's record. */
export interface FlowsState {
  /** Undefined while there are none. */
  revision?: string | undefined;
  failed?: { revision: string; why: string } | undefined;
}

/** So many letters tell two apart for a person. */
const REVISION_LETTERS = 16;

/** Node-RED keeps secrets apart; what a node may have in itself all the same is left out. */
export function pack(nodes: readonly FlowNode[], sealed: Credentials, version: string, at: number): Rollout {
  const flows = JSON.stringify(nodes.map(({ credentials: _, ...node }) => node));
  const credentials = JSON.stringify(sealed);
  const hash = createHash('sha256').update(flows).update('\n').update(credentials).digest('hex');
  return { revision: hash.slice(0, REVISION_LETTERS), flows, credentials, version, at };
}

/** @returns the flows, or why this process cannot run them, as a sentence */
export function unpack({ revision, ...texts }: Rollout, secret: string, known: Known): Flows | { why: string } {
  try {
    const flows: FlowNode[] = JSON.parse(texts.flows);
    const credentials: Credentials = JSON.parse(texts.credentials);
    if (!opens(credentials, secret))
      return { why: 'Their secrets do not open with the CREDENTIAL_SECRET of this process.' };
    const why = whyNot(flows, known);
    return why === undefined ? { revision, flows, credentials } : { why };
  } catch {
    return { why: 'They cannot be read.' };
  }
}
