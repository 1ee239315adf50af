import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startControlPlane, type ControlPlane } from '../../interop/kubernetes/control-plane.ts';
import { agentCommand, namespace } from '../cluster.ts';
import { chartOf, helm, HELM_VERSIONS, parseYaml, render, set } from './helm.ts';
import { AGENT_SCENARIOS, PLATFORM_SCENARIOS } from './scenarios.ts';

const SCENARIOS = (['agent', 'platform'] as const).flatMap((app) =>
  Object.entries(app === 'agent' ? AGENT_SCENARIOS : PLATFORM_SCENARIOS).map(
    ([name, values]) => [app, name, values] as const,
  ),
);

// A cluster of its own: on one with CRDs of v2, those of v3 are refused, because the scope of a kind cannot change.
let directory: string;
let cluster: ControlPlane;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-rendering-'));
  cluster = await startControlPlane(directory);
});
afterAll(async () => {
  await cluster.stop();
  await rm(directory, { recursive: true, force: true });
});
const apply = (...items: readonly unknown[]) =>
  cluster.kubectl(
    ['apply', '--server-side', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  );

describe.each(SCENARIOS)('the chart of the %s: %s', (app, _name, values) => {
  test.each(HELM_VERSIONS)('%s lints it, and renders the same bytes twice', async (version) => {
    await helm(version, ['lint', '--strict', chartOf(app), ...set(values)]);
    const args = ['template', 'portolan', chartOf(app), '-n', 'portolan', ...set(values)];
    const [first, second] = [await helm(version, args), await helm(version, args)];
    expect(second).toBe(first);
  });

  test('the API server accepts every object, with no unknown and no duplicate field', async () => {
    const objects = await render('helm', app, values);
    await apply(...['portolan', 'shop', 'billing'].map(namespace));
    const args = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    await cluster.kubectl([...args, '-f', '-'], list);
  });

  test('pods meet the Pod Security Standard restricted', async () => {
    const name = 'portolan-restricted';
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
    await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } });
    const podsOf = z.object({ spec: z.object({ template: z.looseObject({ spec: z.looseObject({}) }) }) });
    const workloads = (await render('helm', app, values)).filter(({ kind }) =>
      ['Deployment', 'StatefulSet'].includes(kind),
    );
    expect(workloads.length).toBeGreaterThan(0);
    for (const workload of workloads) {
      const { spec } = podsOf.parse(workload).spec.template;
      // The account and the class of the release are not there; they have no part in the standard.
      const { serviceAccountName: _account, priorityClassName: _class, ...rest } = spec;
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'pod', namespace: name },
        spec: { ...rest, automountServiceAccountToken: false },
      };
      await cluster.kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod));
    }
  });
});

describe('the chart of the agent', () => {
  test.each([
    ['cluster', []],
    ['namespaces', ['shop']],
    ['readOnly', []],
  ])('in mode %s has the rights that the agent prints, and no others', async (mode, namespaces) => {
    const flags = ['--mode', mode, ...(namespaces.length > 0 ? ['--namespaces', namespaces.join(',')] : [])];
    const printed = parseYaml(await agentCommand('rights', ...flags));
    const chart = await render('helm', 'agent', { mode, namespaces, userRoles: false });
    expect(rulesOf(chart)).toEqual(rulesOf(printed));
  });

  test('with features left out and others added too', async () => {
    const flags = ['--without', 'events,traefik-routes', '--with', 'admission,traefik-certificates'];
    const printed = parseYaml(await agentCommand('rights', ...flags));
    const values = {
      disabledFeatures: ['events', 'traefik-routes'],
      admission: { enabled: true },
      traefik: { tunnel: 'tunnel=traefik.traefik.svc:9901' },
      userRoles: false,
    };
    const chart = await render('helm', 'agent', values);
    expect(rulesOf(chart)).toEqual(rulesOf(printed));
  });

  test.each([
    [{ platformUrl: 'https://p.example.com' }, 'token.existingSecret'],
    [{ mode: 'namespaces' }, "--set 'namespaces={shop,billing}'"],
    [{ namespaces: ['shop'] }, 'namespaces needs mode'],
    [{ mode: 'readOnly', admission: { enabled: true } }, 'admission needs mode'],
    [{ mode: 'readOnly', traefik: { entryPoints: ['web'] } }, 'traefik needs a mode that writes'],
    [{ disabledFeatures: ['routing'] }, 'disabledFeatures'],
    [{ token: { value: 'a', existingSecret: 'b' } }, 'exclude each other'],
    [{ replica: 2 }, 'replica'],
    [{ mode: 'all' }, 'mode'],
  ])('refuses the values %j and explains it', async (values, message) => {
    await expect(render('helm', 'agent', values)).rejects.toThrow(message);
  });

  test('names of any length stay within the limits of Kubernetes', async () => {
    const release = 'release-with-a-name-that-is-as-long-as-helm-allows-it';
    const objects = await render('helm', 'agent', {}, release);
    const named = objects.filter(({ kind }) => kind === 'Service' || kind === 'Deployment');
    for (const { metadata } of named) expect(metadata.name.length).toBeLessThanOrEqual(63);
  });
});

describe('the chart of the platform', () => {
  test.each([
    [{}, 'platform.database.existingSecret'],
    [{ platform: { database: { existingSecret: 'd' } } }, 'openssl rand -base64 32'],
    [
      { platform: { enabled: false }, brokers: PLATFORM_SCENARIOS['with three brokers']?.['brokers'] },
      'brokerDefaults.platformUrl',
    ],
    [{ brokers: [{ id: 'eu' }] }, 'region'],
  ])('refuses the values %j and explains it', async (values, message) => {
    await expect(render('helm', 'platform', values)).rejects.toThrow(message);
  });
});

const role = z.object({
  kind: z.enum(['Role', 'ClusterRole']),
  rules: z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      resourceNames: z.array(z.string()).default([]),
      verbs: z.array(z.string()),
    }),
  ),
});

/** Returns what roles allow, one line for each group, resource, name and verb, without the names of the roles. */
function rulesOf(objects: readonly unknown[]): Set<string> {
  const lines = objects
    .flatMap((object) => role.safeParse(object).data ?? [])
    .flatMap(({ kind, rules }) =>
      rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((resource) =>
            verbs.map((verb) => `${kind} ${verb} ${group}/${resource} ${resourceNames.join(',')}`),
          ),
        ),
      ),
    );
  return new Set(lines);
}
