/** What is shipped for Kubernetes: that it is what Kubernetes reads, and names what there is. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { roleOf } from '../../core/role.ts';
import { DEPLOYMENT_SECRETS, secretsFromFiles } from '../../core/secret-files.ts';
import { drainSeconds, isKnown, PROJECT, read } from './files.ts';

interface Pod {
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext?: object;
  containers: {
    image: string;
    securityContext?: object;
    resources?: object;
    env?: { name: string; value?: string }[];
    ports?: { containerPort: number }[];
    volumeMounts?: { name: string; mountPath: string }[];
    startupProbe?: { httpGet: { path: string } };
    livenessProbe?: { httpGet: { path: string } };
    readinessProbe?: { httpGet: { path: string } };
  }[];
}

interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  // Of many kinds; kubernetes-models has looked at each.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  spec: any;
}

describe('deploy/kubernetes.yaml', () => {
  const text = read('deploy/kubernetes.yaml');
  const objects = parseAllDocuments(text, { merge: true }).map((document) => document.toJS() as KubernetesObject);
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  const named = (kind: string, name: string) => of(kind).find(({ metadata }) => metadata.name === name)!;
  const pods = of('Deployment').map(({ metadata, spec }): [string, Pod] => [metadata.name, spec.template.spec]);
  const processes = pods.filter(([, { containers }]) => containers[0]!.image.startsWith('dragoman:'));
  const config: Record<string, string> = (named('ConfigMap', 'dragoman') as { data?: Record<string, string> }).data!;
  const environmentOf = ({ containers }: Pod): Record<string, string> => ({
    ...config,
    ...Object.fromEntries(containers[0]!.env!.map(({ name, value }) => [name, value!])),
  });
  const secrets = Object.keys(parse(read('compose.yaml'), { merge: true }).secrets);

  it.each(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]))(
    '%s is what Kubernetes reads',
    async (_, object) => {
      const { [object.kind]: Model } = await import(
        /* @vite-ignore */ import.meta.resolve(`kubernetes-models/${object.apiVersion}/${object.kind}`)
      );
      new Model(object).validate();
      expect(() => new Model({ ...object, metadata: { name: 7 } }).validate()).toThrow();
    },
  );

  it('has no field that Kubernetes does not know, which it would leave out without a word', { timeout: 60_000 }, () => {
    const unknown = (...all: KubernetesObject[]) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-kubernetes-'));
      symlinkSync(path.join(PROJECT, 'node_modules'), path.join(folder, 'node_modules'));
      const lines = all.map(
        (object, index) =>
          `export const o${index}: import('kubernetes-models/${object.apiVersion}/${object.kind}').I${object.kind} = ${JSON.stringify(object)};`,
      );
      writeFileSync(path.join(folder, 'objects.ts'), lines.join('\n'));
      const tsc = path.join(PROJECT, 'node_modules/typescript/bin/tsc');
      const options = [
        '--ignoreConfig',
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--skipLibCheck',
        '--types',
        '',
      ];
      const { stdout } = spawnSync(process.execPath, [tsc, ...options, path.join(folder, 'objects.ts')], {
        encoding: 'utf8',
      });
      rmSync(folder, { recursive: true });
      return stdout;
    };
    expect(unknown(...objects)).toBe('');
    expect(unknown({ ...objects[0]!, dta: {} } as KubernetesObject)).toMatch(/dta.*does not exist/);
  });

  it('names what it has: selectors, claims, services, the balancer’s file', () => {
    for (const { spec } of [...of('Service'), ...of('PodDisruptionBudget')]) {
      const labels = spec.selector.matchLabels ?? spec.selector;
      expect(of('Deployment').map((one) => one.spec.template.metadata.labels)).toContainEqual(labels);
    }
    for (const { spec } of of('Deployment')) expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
    expect(named('PersistentVolumeClaim', 'editor')).toBeTruthy();
    const { backend } = named('Ingress', 'dragoman').spec.rules[0].http.paths[0];
    const { ports } = named('Service', backend.service.name).spec;
    expect(ports.map((port: { name: string }) => port.name)).toEqual([backend.service.port.name]);
    const binds = [...read('deploy/haproxy.cfg').matchAll(/bind :(\d+)/g)].map(([, port]) => Number(port));
    expect(
      pods.find(([name]) => name === 'balancer')![1].containers[0]!.ports!.map((port) => port.containerPort),
    ).toEqual(binds);
    expect(named('Service', 'workers').spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(text).toContain('--from-file=deploy/haproxy.cfg');
  });

  it.each(processes)('%s has a role, settings that there are, and secrets in files', (_, pod) => {
    const environment = environmentOf(pod);
    expect(Object.keys(environment).filter((variable) => !isKnown(variable))).toEqual([]);
    const [mount] = pod.containers[0]!.volumeMounts!.filter(({ name }) => name === 'secrets');
    const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
    for (const [, file] of files) expect(secrets.map((name) => `${mount!.mountPath}/${name}`)).toContain(file);
    const values = secretsFromFiles(environment, DEPLOYMENT_SECRETS, (file) => `what is in ${file}`);
    expect(Object.keys(values)).toHaveLength(files.length);
    expect(roleOf({ ...environment, ...values }).role).toBe(environment.DRAGOMAN_ROLE);
  });

  it.each(pods)('%s is not root, writes to its volumes only, and has its limits', (_, pod) => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    const [container] = pod.containers;
    expect(container!.securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ['ALL'] },
    });
    expect(container!.resources).toMatchObject({
      requests: { cpu: expect.anything() },
      limits: { memory: expect.anything() },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
  });

  it.each(processes)('%s is asked for what it serves, and has time to end', (_, pod) => {
    const [container] = pod.containers;
    const pages = [container!.startupProbe, container!.livenessProbe, container!.readinessProbe].map(
      (probe) => probe!.httpGet.path,
    );
    expect(pages).toEqual(['/health', '/health', '/health/ready']);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drainSeconds * 2);
  });

  it('grows by figures that there are', () => {
    const { metrics, minReplicas } = named('HorizontalPodAutoscaler', 'worker').spec;
    expect(minReplicas).toBeGreaterThan(1);
    const source = read('node-red/server/metrics.ts');
    const names = metrics.flatMap(
      (metric: { external?: { metric: { name: string } } }) => metric.external?.metric.name ?? [],
    );
    expect(names).toHaveLength(1);
    for (const name of names) {
      expect(source).toContain(`'${name}'`);
      expect(text).toContain(`metricsQuery: max(${name}{`);
    }
    expect(named('Deployment', 'worker').spec).not.toHaveProperty('replicas');
  });
});
