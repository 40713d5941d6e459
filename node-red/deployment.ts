/**
 * What `settings.ts` is made of. It takes the built one (`#deployment` in package.json): Node would have to strip the types of each of these
 * files at every start, and the process would have them twice.
 */
export { maskProcessOutput } from '../adapters/personal-data/mask-log.ts';
export { describe } from '../core/errors.ts';
export { folderOf } from '../core/folders.ts';
export { roleOf } from '../core/role.ts';
export { isPort, setting } from '../core/settings.ts';
export { fillOnce } from './flow-files/folder.ts';
export { flowFiles } from './flow-files/storage.ts';
export { rolloutStorage } from './rollout/storage.ts';
export { readSecretFiles } from './secret-files.ts';
export { loadSecrets } from './secrets.ts';
export { plainLogin, plainRequest } from './server/editor-door.ts';
export { ownFramesOnly } from './server/framing.ts';
export { usersOf } from './users.ts';
export { boundYoungMemory } from './young-memory.ts';
