/** The installation that Compose makes, and its balancer: that the files are what their programs read, and name what there is. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { roleOf } from '../../core/role.ts';
import { DEPLOYMENT_SECRETS, secretsFromFiles } from '../../core/secret-files.ts';
import { SETTINGS } from '../../core/settings.ts';
import { drainSeconds, isKnown, PROJECT, read } from './files.ts';

interface Service {
  image?: string;
  build?: unknown;
  user?: string;
  profiles?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  ports?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  stop_grace_period?: string;
  healthcheck?: object;
  deploy?: { resources: { limits: { cpus: string; memory: string } } };
  networks?: { default: { aliases: string[] } };
  command?: string[];
}

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml'), { merge: true });
  const services: Record<string, Service> = compose.services;
  const grown = Object.entries(services).filter(([, { profiles }]) => profiles?.includes('grown'));
  const processes = grown.filter(([, { build }]) => build);

  it('is what Compose reads', () => {
    const schema = JSON.parse(read('node_modules/dclint/schemas/compose.schema.json'));
    const ajv = new Ajv({ strict: false, validateFormats: false });
    // ajv knows this version of the language under its address with http.
    const isValid = ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema' });
    expect(isValid(compose), JSON.stringify(isValid.errors)).toBe(true);
    expect(isValid({ services: { dragoman: { ...services.dragoman, restarts: 'always' } } })).toBe(false);
  });

  it('has an editor, two workers, and what they need', () => {
    expect(grown.map(([name]) => name)).toEqual(['editor', 'worker-1', 'worker-2', 'balancer', 'redis', 'mongodb']);
  });

  it('starts the editor in the place of the one process where grown.env says so', () => {
    const [, variable] = /^\$\{(\w+):-1\}$/.exec(String((services.dragoman as { scale?: string }).scale))!;
    const env = read('deploy/grown.env');
    expect(env).toMatch(new RegExp(`^${variable}=0$`, 'm'));
    expect(env).toMatch(/^COMPOSE_PROFILES=grown$/m);
    expect(services.editor!.volumes).toEqual(services.dragoman!.volumes);
  });

  it.each(processes)('%s has a role, settings that there are, and secrets in files', (_, { environment, secrets }) => {
    expect(Object.keys(environment!).filter((variable) => !isKnown(variable))).toEqual([]);
    const files = Object.entries(environment!).filter(([name]) => name.endsWith('_FILE'));
    expect(files.map(([, file]) => file)).toEqual(secrets!.map((secret) => `/run/secrets/${secret}`));
    const values = secretsFromFiles(environment!, DEPLOYMENT_SECRETS, (file) => `what is in ${file}`);
    expect(Object.keys(values)).toHaveLength(secrets!.length);
    expect(roleOf({ ...environment, ...values }).role).toBe(environment!.DRAGOMAN_ROLE);
  });

  it('each process has a folder of its own, and workers read the knowledge of the editor', () => {
    const own = processes.map(([, { volumes }]) => volumes!.find((volume) => volume.endsWith(':/data')));
    expect(new Set(own).size).toBe(processes.length);
    const workers = processes.filter(([, { environment }]) => environment!.DRAGOMAN_ROLE === 'worker');
    expect(workers).toHaveLength(2);
    for (const [, { volumes, environment, networks }] of workers) {
      expect(volumes).toContain('dragoman:/editor:ro');
      expect([environment!.DRAGOMAN_KNOWLEDGE, environment!.DRAGOMAN_TOOLS]).toEqual([
        '/editor/knowledge',
        '/editor/tools',
      ]);
      expect(networks!.default.aliases).toEqual([services.balancer!.environment!.WORKERS]);
    }
    for (const volume of grown.flatMap(([, { volumes = [] }]) => volumes))
      expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
  });

  it.each(grown)('%s is not root, writes to its volumes only, has limits and time to end', (name, service) => {
    const { user, build, read_only, cap_drop, deploy, stop_grace_period, ports = [] } = service;
    // Ours and HAProxy's images have a user of their own.
    expect(Boolean(user) || Boolean(build) || name === 'balancer').toBe(true);
    expect(read('Dockerfile')).toMatch(/^USER node$/m);
    expect([read_only, cap_drop]).toEqual([true, ['ALL']]);
    expect(Object.keys(deploy!.resources.limits)).toEqual(['cpus', 'memory']);
    if (build) expect(Number.parseInt(stop_grace_period!, 10)).toBeGreaterThan(drainSeconds);
    else expect(service.healthcheck).toBeTruthy();
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('backs up into a file by a command that there is, of a process that has what it needs', () => {
    const { profiles, command, environment, secrets, volumes } = services.backup!;
    expect(profiles).toEqual(['backup']);
    expect(command!.at(-1)).toMatch(/^exec node dist\/cli\/main\.js store copy --from mongodb --to "\/data\//m);
    expect(Object.entries(environment!)).toEqual(
      secrets!.map((name) => [expect.stringMatching(/_FILE$/), `/run/secrets/${name}`]),
    );
    expect(Object.keys(environment!).filter((variable) => !isKnown(variable))).toEqual([]);
    // A new volume takes its owner from the image's own folder.
    expect(volumes).toEqual(['backups:/data', 'dragoman:/editor:ro']);
    expect(read('Dockerfile')).toMatch(/mkdir \/data && chown node:node \/data/);
    expect(read('Dockerfile')).toMatch(/^COPY --from=build \/app\/dist dist$/m);
  });

  it('its secrets are made by deploy/secrets.sh, once', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-secrets-'));
    const make = () => execFileSync('sh', [path.join(PROJECT, 'deploy/secrets.sh'), path.join(folder, 'secrets')]);
    const all = () =>
      readdirSync(path.join(folder, 'secrets')).map((name) => [
        name,
        readFileSync(path.join(folder, 'secrets', name), 'utf8'),
      ]);
    make();
    const made = Object.fromEntries(all());
    make();
    expect(Object.fromEntries(all())).toEqual(made);
    expect(Object.keys(made).sort()).toEqual(Object.keys(compose.secrets).sort());
    for (const [name, { file }] of Object.entries<{ file: string }>(compose.secrets))
      expect(file).toBe(`secrets/${name}`);
    for (const name of ['mongodb', 'redis']) {
      const url = new URL(made[`${name}-url`]);
      expect([url.password, url.hostname]).toEqual([made[`${name}-password`], name]);
      expect(Object.keys(services)).toContain(url.hostname);
    }
    expect(new URL(made['mongodb-url']).username).toBe(services.mongodb!.environment!.MONGO_INITDB_ROOT_USERNAME);
    expect(statSync(path.join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    for (const ignored of ['.gitignore', '.dockerignore']) expect(read(ignored)).toMatch(/^secrets\/?$/m);
    rmSync(folder, { recursive: true });
  });
});

describe('deploy/haproxy.cfg', () => {
  const config = read('deploy/haproxy.cfg');
  const isFree = spawnSync('haproxy', ['-v']).error === undefined;

  it.skipIf(!isFree)(
    `is what HAProxy reads${isFree ? '' : ' (not run: .ci/engines has not installed haproxy here)'}`,
    () => {
      const { status, stderr } = spawnSync('haproxy', ['-c', '-f', path.join(PROJECT, 'deploy/haproxy.cfg')], {
        env: { ...process.env, WORKERS: 'workers' },
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([0, '']);
    },
  );

  it('gives the world the webhooks of the shipped flows and nothing else of them', () => {
    const patterns = [...config.matchAll(/^ {2}acl \w+ path_reg (\S+)$/gm)].map(([, pattern]) => new RegExp(pattern!));
    const urls = readdirSync(path.join(PROJECT, 'flows')).flatMap((file) =>
      (JSON.parse(read(`flows/${file}`)) as { type: string; url?: string }[]).flatMap(({ type, url }) =>
        type === 'http in' && url ? [url] : [],
      ),
    );
    const open = urls.filter((url) => patterns.some((pattern) => pattern.test(url)));
    expect(open.length).toBeGreaterThan(5);
    expect(open).toEqual(urls.filter((url) => url.includes('/webhooks/')));
  });

  it('waits longer for a worker than its accounts may take, and for a line than its pings', () => {
    const timeout = (name: string) => Number(new RegExp(`^ {2}timeout ${name} (\\d+)s$`, 'm').exec(config)![1]);
    expect(timeout('server')).toBeGreaterThan(Number(SETTINGS.timeout.default));
    const [, ping] = /HEARTBEAT_MS = ([\d_]+)/.exec(read('app/calls/opening.ts'))!;
    expect(timeout('tunnel')).toBeGreaterThan((3 * Number(ping!.replaceAll('_', ''))) / 1_000);
  });

  it('takes a worker out before it refuses anything', () => {
    const [, inter, fall] = /check inter (\d+)ms fall (\d+)/.exec(config)!;
    const [, leaving] = /LEAVING_MS = ([\d_]+)/.exec(read('node-red/plugin.ts'))!;
    expect(Number(inter) * Number(fall)).toBeLessThan(Number(leaving!.replaceAll('_', '')) * 0.75);
  });
});
