/**
 * `npm start`. Plain JavaScript in the syntax of old Nodes: the first file must live long enough to say what is missing.
 * Runs Node-RED's own command line in this process with `settings.ts`; its flags (`-p`, `-D`, `--safe` …) go on working.
 */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = path.dirname(fileURLToPath(import.meta.url));
/** Set in the environment of the child that `handOver` starts. */
const HANDED_OVER = 'DRAGOMAN_HANDED_OVER';
const windows = process.platform === 'win32';

function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** `settings.ts` is loaded as it is, by the Node that strips types; our HTTP client wants 22.19. */
function nodeFits() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return (major > 22 || (major === 22 && minor >= 19)) && Boolean(process.features.typescript);
}

/** The Node that `npm install` brought along. */
function ownNode() {
  const file = path.join(project, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
  return existsSync(file) && realpathSync(file) !== realpathSync(process.execPath) ? file : undefined;
}

/**
 * Goes on as a child under another Node. The child is in a group of its own, so that Ctrl-C reaches it once, through us: its drain
 * takes a second signal for "at once". Should we be killed, the closed channel tells it to stop.
 */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: !windows,
    env: { ...process.env, [HANDED_OVER]: '1' },
  });
  const signals = windows ? [] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  // On Windows Ctrl-C goes to every process of the console; ours only has to wait for the child's end.
  if (windows) process.on('SIGINT', () => {});
  child.on('error', (error) => stop(`${node} cannot be started (${error.code}). Run "npm install" again.`));
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code === null ? 1 : code);
  });
}

function run() {
  const require = createRequire(import.meta.url);
  try {
    require.resolve('node-red/red.js');
  } catch {
    stop('Node-RED is not installed here. Run "npm install" in this folder, then start again.');
  }
  if (!existsSync(path.join(project, 'dist')))
    stop('Dragoman is not built yet. Run "npm run build" in this folder, then start again.');
  if (process.env[HANDED_OVER]) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // What was compiled once needs not be at the next start. Where the folder cannot be written nothing is kept.
  module.enableCompileCache(path.join(project, 'node_modules', '.cache', 'dragoman'));
  // Or Express answers an error with its stack.
  process.env.NODE_ENV = process.env.NODE_ENV || 'production';
  process.argv.splice(2, 0, '--settings', path.join(project, 'settings.ts'));
  require('node-red/red.js');
}

if (nodeFits()) run();
else {
  const node = ownNode();
  if (node) handOver(node);
  else
    stop(
      `Dragoman needs Node.js 22.19 or newer, and this is ${process.versions.node}. ` +
        'Install Node.js 24 from https://nodejs.org, or run "npm install" again, which brings one along.',
    );
}
