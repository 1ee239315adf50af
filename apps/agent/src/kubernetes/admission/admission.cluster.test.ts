import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createLogger } from '@portolan/process/logger';
import type { ApiResource } from '../client/api-resource.ts';
import { KubeClient } from '../client/kube-client.ts';
import { kubeconfigConnection } from '../client/kubeconfig.ts';
import { Leadership } from '../leader/leadership.ts';
import { webhookName } from '../rights/own-names.ts';
import { CONFIG_MAPS, SERVICES, configMap, testCluster } from '../testing/cluster.ts';
import { Admission } from './admission.ts';

const CONFIGURATIONS: ApiResource = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  plural: 'validatingwebhookconfigurations',
  kind: 'ValidatingWebhookConfiguration',
  isNamespaced: false,
};
/** Of the control plane under test: loopback addresses, on which a test can listen. */
const CLUSTER_IPS = ['127.96.200.18', '127.96.200.19'];
const PORT = 39_443;
const TIMING = { authorityMs: 24_000, leafMs: 9_000, overlapMs: 5_000, checkMs: 250 };
const ROTATIONS = 3;

let cluster: Awaited<ReturnType<typeof testCluster>>;
describe.skipIf(!inject('hasLoopbackServices'))(
  'admission (needs cluster IPs that are loopback addresses)',
  () => {
    beforeAll(async () => {
      cluster = await testCluster();
    });
    afterAll(async () => {
      await cluster.client.delete(CONFIGURATIONS, { name: webhookName(cluster.namespace) });
      await cluster.close();
    });

    /** One webhook for each replica: a service without a proxy leads to one address. */
    async function createWebhooks(): Promise<void> {
      const { client, namespace } = cluster;
      for (const [index, clusterIP] of CLUSTER_IPS.entries())
        await client.create(SERVICES, {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: `replica-${index}`, namespace },
          spec: { clusterIP, ports: [{ port: PORT }] },
        });
      await client.create(CONFIGURATIONS, {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: webhookName(namespace) },
        webhooks: CLUSTER_IPS.map((_, index) => ({
          name: `replica-${index}.portolan.dev`,
          clientConfig: { service: { name: `replica-${index}`, namespace, path: '/validate', port: PORT } },
          rules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
          ],
          // A gap would show as a refusal.
          failurePolicy: 'Fail',
          sideEffects: 'None',
          timeoutSeconds: 10,
          admissionReviewVersions: ['v1'],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        })),
      });
    }

    async function startReplica(index: number) {
      const log = createLogger({ app: 'agent', level: 'error' });
      const client = new KubeClient({
        ...(await kubeconfigConnection({ file: inject('kubeconfig') })),
        namespace: cluster.namespace,
      });
      let admission: Admission | null = null;
      const leadership = new Leadership({
        cluster: { kubeconfig: inject('kubeconfig') },
        namespace: cluster.namespace,
        identity: `replica-${index}`,
        log,
        onChange: () => admission?.restart(),
      });
      admission = await Admission.start({
        client,
        leadership,
        log,
        generation: 'v2',
        listen: {
          host: CLUSTER_IPS[index] ?? '',
          port: PORT,
          names: [`replica-${index}.${cluster.namespace}.svc`],
        },
        onProblems: () => undefined,
        timing: TIMING,
      });
      const started = admission;
      return {
        problems: () => started.problems,
        async close() {
          await started.close();
          await leadership.close();
          await client.close();
        },
      };
    }

    async function bundle(): Promise<string> {
      const found = await cluster.client.get(CONFIGURATIONS, { name: webhookName(cluster.namespace) });
      const { webhooks } = found as unknown as {
        webhooks: readonly { clientConfig: { caBundle?: string } }[];
      };
      return Buffer.from(webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString();
    }

    test('authorities are replaced without a request that fails, at every replica', async () => {
      await createWebhooks();
      const replicas = [await startReplica(0), await startReplica(1)];
      const { client, namespace } = cluster;
      const ask = () =>
        client.request('POST', `/api/v1/namespaces/${namespace}/${CONFIG_MAPS.plural}`, {
          query: { dryRun: 'All' },
          body: configMap(namespace, 'asked'),
        });
      try {
        await expect.poll(() => ask().then(() => 'allowed', String), { timeout: 60_000 }).toBe('allowed');
        expect(replicas.flatMap(({ problems }) => problems())).toEqual([]);
        const authorities = new Set<string>();
        const failures: string[] = [];
        let asked = 0;
        const until = performance.now() + (TIMING.authorityMs * 2 * (ROTATIONS + 0.5)) / 3;
        while (performance.now() < until) {
          await ask().catch((error: unknown) => failures.push(String(error)));
          asked += 1;
          if (asked % 20 === 0)
            for (const pem of (await bundle()).split(/(?=-----BEGIN)/)) authorities.add(pem);
          await delay(10);
        }
        expect(failures).toEqual([]);
        expect(asked).toBeGreaterThan(200);
        expect(authorities.size).toBeGreaterThan(ROTATIONS);
      } finally {
        await Promise.all(replicas.map((replica) => replica.close()));
      }
    }, 180_000);
  },
);
