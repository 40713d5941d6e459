/**
 * Sources → dist/. Runtime files are bundled with shared chunks (one engine a process, however many entries); editor parts are inlined into
 * the .html that Node-RED loads beside each node or plugin; pages of web/ become plain files.
 */
import { cp, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';

const OUT = 'dist';
const files = async (pattern) =>
  (await Array.fromAsync(glob(pattern))).map((file) => file.replaceAll('\\', '/')).sort();
const json = async (file) => JSON.parse(await readFile(file, 'utf8'));

const { 'node-red': declared } = await json('package.json');
const sourceOf = (built) => built.replace(/^dist\//, '').replace(/\.js$/, '.ts');
const entries = [...Object.values(declared.plugins), ...Object.values(declared.nodes)].map(sourceOf);

await rm(OUT, { recursive: true, force: true });
await rm('examples', { recursive: true, force: true });
await Promise.all([runtime(), editor(), locales(), pages(), examples()]);

function runtime() {
  return esbuild.build({
    entryPoints: [...entries, 'cli/main.ts'],
    outdir: OUT,
    outbase: '.',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.13',
    packages: 'external',
    sourcemap: true,
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
  });
}

/** `x.editor.ts` and the dialog `x.html` beside it become `dist/…/x.html`. */
async function editor() {
  const sources = await files('{nodes,channels,providers,runtime}/**/*.editor.ts');
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
  for (const file of await files('{nodes,channels,providers,runtime}/**/locales/*/*'))
    await cp(file, path.join(OUT, file));
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
  await cp('web/tokens.css', `${OUT}/web/tokens.css`).catch(() => {});
}

/** Each node's example, where the editor's import dialog looks for them. */
async function examples() {
  for (const file of await files('nodes/*/example.json')) {
    await mkdir('examples', { recursive: true });
    await cp(file, `examples/${file.split('/')[1]}.json`);
  }
}
