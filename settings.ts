/**
 * Node-RED's settings for this deployment: who may enter, where things are, what is off. What a bot does is in the flows.
 * Read by `start.mjs`; `node-red -s settings.ts` works too.
 */
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import {
  boundYoungMemory,
  describe,
  fillOnce,
  flowFiles,
  folderOf,
  isPort,
  loadSecrets,
  maskProcessOutput,
  ownFramesOnly,
  plainLogin,
  plainRequest,
  readSecretFiles,
  roleOf,
  rolloutStorage,
  setting,
  usersOf,
} from '#deployment';

const project = import.meta.dirname;

function orStop<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  }
}

orStop(readSecretFiles);
const role = orStop(roleOf);
const userDir = folderOf('data', project);
const flows = folderOf('flows', project);

const port = setting('port');
if (!isPort(port)) {
  process.stderr.write(`PORT is "${port}", which is no port: set it to a number from 0 to 65535.\n`);
  process.exit(1);
}

// Without it the heap grows by its own measure, to twice of what thousands of people need (ADR 7).
setFlagsFromString('--heap-growing-percent=40');
boundYoungMemory();

// Whatever this process writes, others on this machine do not read: sessions, credentials, customers' words. What was there before is seen to
// when the engine starts.
process.umask(0o077);

// A folder of one's own starts with the shipped flows and is never overwritten by an upgrade. Who has no editor gets the flows of the one who has.
const freshFlows = role.editor && fillOnce(path.join(project, 'flows'), flows);

const secrets = loadSecrets(userDir, process.env, role.editor);
if (secrets.newPassword)
  process.stdout.write(
    `\n  First start. Editor login: admin / ${secrets.newPassword}\n  It is shown this once; ADMIN_PASSWORD sets one of your own.\n\n`,
  );

// Whatever a node logs, the output of the process names no customer.
maskProcessOutput();

const inWeb = (file: string) => path.join(project, 'dist', 'web', file);
const icon = inWeb('icon.svg');
// Where no turns run, a flow cannot be tried out.
const trying = role.turns ? ['call', ...(setting('simulator') === 'off' ? [] : ['simulator'])] : [];
const links = ['setup', 'knowledge', 'figures', 'inbox', 'orders', 'calls', ...trying].map((page) =>
  inWeb(`${page}-link.js`),
);

const settings = {
  uiPort: Number(port),
  uiHost: setting('host'),
  httpAdminRoot: role.editor ? '/editor' : false,
  // Nothing is kept in the folder of a process without an editor: neither settings nor sessions.
  readOnly: !role.editor,
  httpAdminMiddleware: [ownFramesOnly, plainRequest, plainLogin],
  httpNodeRoot: '/',
  userDir,
  nodesDir: [project],
  storageModule: role.editor ? flowFiles(flows) : rolloutStorage(),
  // Names the file of the encrypted credentials in `userDir`; without it Node-RED takes the host's name, which changes with each container.
  flowFile: 'flows.json',
  credentialSecret: secrets.credentialSecret,

  adminAuth: {
    type: 'credentials',
    sessionExpiryTime: 24 * 60 * 60,
    // `admin`, and whoever `dragoman user add <name>` put into `users.json` of the data folder. A list works as well, with lines such as
    // { username: 'sara', password: '<bcrypt hash>', permissions: 'dragoman.reply' }, which `dragoman user add sara --line` prints.
    users: usersOf(userDir, secrets.adminHash),
  },

  // Channels, providers and tools come as packages: an administrator may install one into the data folder. Nothing is fetched
  // without being asked for: no catalogue, no install at start, no packages named by function nodes.
  externalModules: { autoInstall: false, palette: { allowInstall: true }, modules: { allowInstall: false } },
  functionExternalModules: false,
  telemetry: { enabled: false, updateNotification: false },

  dragoman: { standalone: true, freshFlows },

  // Less than the 10 s that Docker gives, so that a node that hangs on closing does not cost the others their closing.
  nodeCloseTimeout: 8000,
  runtimeState: { enabled: true, ui: true },
  diagnostics: { enabled: true, ui: true },
  logging: { console: { level: 'info', metrics: false, audit: false } },

  paletteCategories: ['dragoman', 'common', 'function', 'network', 'sequence', 'parser', 'storage'],
  editorTheme: {
    page: {
      ...{ title: 'Dragoman', favicon: icon, tabicon: icon },
      css: [inWeb('editor.css')],
      scripts: links,
    },
    header: { title: 'Dragoman', image: icon },
    login: { image: icon },
    tours: false,
    palette: { catalogues: [] },
    // Node-RED's projects keep flows in a repository of their own; here they are files of the integrator's.
    projects: { enabled: false },
  },
};

// The name under which Node hands a module's value to Node-RED's `require`.
export { settings as 'module.exports' };
