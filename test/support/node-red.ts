/** Packages that Node-RED brings, as it loads them itself. */
import { createRequire } from 'node:module';

export const nodeRed = createRequire(createRequire(import.meta.url).resolve('node-red/package.json'));
