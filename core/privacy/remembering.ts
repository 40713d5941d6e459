/** By which the forgotten are known who said STOP: a key that is not in the database, the same for all processes that share one. */
import { createHash } from 'node:crypto';

/** Made of the secret that they share; where a file has it, that one holds, for it came with the records. */
export const keyOfSecret = (secret: string): Buffer =>
  createHash('sha256').update(`remembered people\n${secret}`).digest();
