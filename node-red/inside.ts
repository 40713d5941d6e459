/** Node-RED's own packages, which lie where only its own resolution is sure to find them. */
import { createRequire } from 'node:module';

/** @throws where Node-RED is not to be found from here, as in somebody else's installation it may not be */
export const insideNodeRed = (): NodeJS.Require =>
  createRequire(createRequire(import.meta.url).resolve('node-red/package.json'));
