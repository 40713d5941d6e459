/** Settings of the Node-RED that `flow-files.test.ts` starts: stock nodes, and our storage on the folder under test. */
import path from 'node:path';
import { flowFiles } from '../../node-red/flow-files/storage.ts';

const folder = process.env.FLOW_FILES_TEST;
if (!folder) throw new Error('FLOW_FILES_TEST names the folder of the test.');

const settings = {
  uiPort: 0,
  uiHost: '127.0.0.1',
  userDir: path.join(folder, 'data'),
  storageModule: flowFiles(path.join(folder, 'flows')),
  flowFile: 'flows.json',
  credentialSecret: 'only for this test',
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, palette: { catalogues: [] } },
};

export { settings as 'module.exports' };
