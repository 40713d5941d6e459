/**
 * What `settings.ts` is made of. It takes the built one (`#deployment` in package.json): Node would have to strip the types of each of these
 * files at every start, and the process would have them twice.
 */
export { maskProcessOutput } from '../adapters/personal-data/mask-log.ts';
export { folderOf } from '../core/folders.ts';
export { isPort, setting } from '../core/settings.ts';
export { fillOnce } from './flow-files/folder.ts';
export { flowFiles } from './flow-files/storage.ts';
export { loadSecrets } from './secrets.ts';
export { plainLogin, plainRequest } from './server/editor-door.ts';
export { ownFramesOnly } from './server/framing.ts';
export { boundYoungMemory } from './young-memory.ts';
