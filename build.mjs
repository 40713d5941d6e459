/**
 * Sources → dist/. Runtime files are bundled with shared chunks (one engine a process, however many entries); editor parts are inlined into
 * the .html that Node-RED loads beside each node or plugin; pages of web/ become plain files.
 */
import { execFile } from 'node:child_process';
import fs, { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

// `npm install` runs this file, also where it was told to leave out what a build needs: a sentence then, and no stack. Nothing before it may
// need a newer Node than the machine's (so no named import of `glob`), for ours is left out as well.
const esbuild = await import('esbuild').catch(() => {
  process.stderr.write(
    'The packages that build Dragoman are missing; NODE_ENV=production and --omit=dev leave them out. Run "npm install --include=dev".\n',
  );
  process.exit(1);
});

const OUT = 'dist';
const files = async (pattern) =>
  (await Array.fromAsync(fs.glob(pattern))).map((file) => file.replaceAll('\\', '/')).sort();
const json = async (file) => JSON.parse(await readFile(file, 'utf8'));

const { 'node-red': declared, exports, imports } = await json('package.json');
const sourceOf = (built) => built.replace(/^(\.\/)?dist\//, '').replace(/\.js$/, '.ts');
/** What authors of channels may import. */
const published = Object.values(exports).flatMap((entry) => entry.default ?? []);
const declaredHere = [
  ...Object.values(declared.plugins),
  ...Object.values(declared.nodes),
  ...published,
  ...Object.values(imports),
].map(sourceOf);
/** Found by their folder when the server starts. */
const tools = (await files('tools/*.ts')).filter((file) => !file.endsWith('.test.ts'));
/** Threads start from a file of their own. */
const threads = await files('{app,adapters}/**/*-worker.ts');
const entries = [...declaredHere, ...tools, ...threads];

await rm(OUT, { recursive: true, force: true });
await rm('examples', { recursive: true, force: true });
await Promise.all([runtime(), types(), editor(), locales(), pages(), widget(), examples()]);

function runtime() {
  return esbuild.build({
    // The store's contract runs its worker as a process.
    entryPoints: [...entries, 'cli/main.ts', 'contracts/store/crash-worker.ts'],
    outdir: OUT,
    outbase: '.',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    packages: 'external',
    sourcemap: true,
    // Each start parses all of it. Names stay, for errors and profiles.
    minifyWhitespace: true,
    minifySyntax: true,
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
  });
}

/** Declarations of what is published; the configuration names the files. */
async function types() {
  const { resolve } = createRequire(import.meta.url);
  const compiler = path.join(path.dirname(resolve('typescript/package.json')), 'bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.types.json']).catch((error) => {
    throw new Error(error.stdout || error.message);
  });
}

/** `x.editor.ts` and the dialog `x.html` beside it become `dist/…/x.html`. */
async function editor() {
  const sources = await files('{nodes,channels,providers,shops}/**/*.editor.ts');
  const { outputFiles } = await esbuild.build({
    entryPoints: sources,
    outdir: OUT,
    outbase: '.',
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  });
  for (const { path: file, text } of outputFiles) {
    const name = path.relative(path.resolve(OUT), file).replace(/\.editor\.js$/, '');
    const dialog = await readFile(`${name}.html`, 'utf8').catch(() => '');
    const target = path.join(OUT, `${name}.html`);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(
      target,
      `<script type="text/javascript">\n${text}//# sourceURL=dragoman/${name}.js\n</script>\n${dialog}`,
    );
  }
}

async function locales() {
  for (const file of await files('{node-red,nodes,channels,providers,shops}/**/locales/*/*'))
    await cp(file, path.join(OUT, file));
  // What core says by code, the editor finds in the plugin's catalogue: `error.TURN_LOST`.
  for (const file of await files('node-red/locales/*/plugin.json')) {
    const all = await json(file);
    const words = await json(`core/locales/${path.basename(path.dirname(file)).replace('en-US', 'en')}.json`);
    for (const [key, text] of Object.entries(words)) {
      const [kind, name] = key.split('.');
      all[kind] = { ...all[kind], [name]: text };
    }
    await writeFile(path.join(OUT, file), JSON.stringify(all));
  }
}

async function pages() {
  const names = (await files('web/pages/*/index.html')).map((file) => file.split('/')[2]);
  await esbuild.build({
    entryPoints: Object.fromEntries(names.map((name) => [name, `web/pages/${name}/${name}.ts`])),
    outdir: `${OUT}/web`,
    bundle: true,
    minify: true,
    charset: 'utf8',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  });
  for (const name of names) await cp(`web/pages/${name}/index.html`, `${OUT}/web/${name}.html`);
  // Loaded by a browser's audio thread, so a file of its own.
  await esbuild.build({
    entryPoints: { 'call-worklet': 'web/call/worklet.ts' },
    outdir: `${OUT}/web`,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  });
  const languages = (await files('web/locales/*.json')).map((file) => path.basename(file, '.json'));
  const words = await Promise.all(
    languages.map(async (language) => [language, await json(`web/locales/${language}.json`)]),
  );
  for (const name of names)
    await esbuild.build({
      entryPoints: ['web/editor-link.ts'],
      outfile: `${OUT}/web/${name}-link.js`,
      bundle: true,
      minify: true,
      charset: 'utf8',
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      define: {
        PAGE: JSON.stringify(name),
        WORDS: JSON.stringify(Object.fromEntries(words.map(([language, all]) => [language, all[`${name}.title`]]))),
      },
      logLevel: 'warning',
    });
  for (const file of ['tokens.css', 'editor.css', 'icon.svg']) await cp(`web/${file}`, `${OUT}/web/${file}`);
}

/** One file for pages of other sites, so with all in it: what runs in the audio thread as a text. */
async function widget() {
  const browser = {
    bundle: true,
    minify: true,
    charset: 'utf8',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  };
  const worklet = await esbuild.build({
    ...browser,
    entryPoints: ['web/call/worklet.ts'],
    format: 'iife',
    write: false,
  });
  await esbuild.build({
    ...browser,
    entryPoints: ['web/widget/widget.ts'],
    outfile: `${OUT}/web/widget.js`,
    format: 'iife',
    define: { WORKLET: JSON.stringify(worklet.outputFiles[0].text) },
  });
}

/** Each node's example, where the editor's import dialog looks for them. */
async function examples() {
  for (const file of await files('nodes/*/example.json')) {
    await mkdir('examples', { recursive: true });
    await cp(file, `examples/${file.split('/')[1]}.json`);
  }
}
