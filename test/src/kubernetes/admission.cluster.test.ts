import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePorts } from '../interop/kubernetes/control-plane.ts';
import { createAccount, getObject, startAgent, type AgentProcess } from './agent-process.ts';
import { agentCommand, apply, installCrds, kubectl, namespace } from './cluster.ts';

const OWN = 'admission-agent';
const NS = 'admission-shop';
/** Cluster IPs of the test's control plane are loopback addresses, on which the agent can listen. */
const CLUSTER_IP = '127.96.200.17';
let account: Awaited<ReturnType<typeof createAccount>>;
let agent: AgentProcess;
let port: number;

const edge = (name: string, service: object, labels: object = {}) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'EdgeIngress',
  metadata: { name, namespace: NS, labels },
  spec: { service },
});
const VALID = { name: 'web', port: 80 };
const INVALID = { port: 80 };

/** As the chart of the agent writes it. */
const webhook = () => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: `portolan-agent-${OWN}` },
  webhooks: [
    {
      name: 'validate.portolan.dev',
      clientConfig: {
        service: { name: 'portolan-agent-admission', namespace: OWN, path: '/validate', port },
      },
      rules: [
        {
          apiGroups: ['hub.traefik.io'],
          apiVersions: ['*'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['*'],
        },
      ],
      failurePolicy: 'Ignore',
      sideEffects: 'None',
      timeoutSeconds: 3,
      admissionReviewVersions: ['v1'],
      namespaceSelector: {
        matchExpressions: [
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', OWN] },
        ],
      },
    },
  ],
});

/** Lets the definition of a kind accept everything, as older and other definitions do. */
async function loosen(crd: string): Promise<void> {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const patch = [{ op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value: schema }];
  await kubectl(['patch', 'crd', crd, '--type=json', '-p', JSON.stringify(patch)]);
}

async function start(): Promise<AgentProcess> {
  return startAgent(account.kubeconfig, [`--host=${CLUSTER_IP}`, `--admission-port=${port}`]);
}

describe.skipIf(!inject('hasLoopbackServices'))(
  'admission (needs cluster IPs that are loopback addresses)',
  () => {
    beforeAll(async () => {
      await installCrds();
      await loosen('edgeingresses.hub.traefik.io');
      [port = 0] = await freePorts(1);
      account = await createAccount(OWN, ['--with', 'admission']);
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'portolan-agent-admission', namespace: OWN },
        spec: { clusterIP: CLUSTER_IP, ports: [{ port }] },
      };
      await apply(namespace(NS), service, webhook());
      agent = await start();
    });
    afterAll(async () => {
      await agent?.stop();
      await kubectl([
        'delete',
        'validatingwebhookconfiguration',
        `portolan-agent-${OWN}`,
        '--ignore-not-found',
      ]);
      await kubectl(['delete', 'edgeingress', '--all', '-n', NS]);
      // The schema is the patch's until it is taken back.
      const crds = await agentCommand('crds');
      await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], crds);
      await account?.remove();
    });

    /** What the API server says to an object, which it does not store. */
    const refusal = async (object: object) =>
      kubectl(['apply', '--server-side', '--dry-run=server', '-f', '-'], JSON.stringify(object)).then(
        () => 'accepted',
        (error: unknown) => String(error),
      );

    test('kubectl apply is refused in the words of portolan validate', async () => {
      await expect
        .poll(() => refusal(edge('bad', INVALID)))
        .toContain(
          `admission webhook "validate.portolan.dev" denied the request: EdgeIngress ${NS}/bad: spec.service.name: Required value`,
        );
      expect(await getObject('edgeingress', 'bad', '-n', NS)).toBeNull();
      await apply(edge('good', VALID));
      expect(await refusal(edge('good', INVALID))).toContain('spec.service.name: Required value');
    });

    test('the agent fills in who signs, in that field alone', async () => {
      type Webhooks = { webhooks: readonly { clientConfig: { caBundle?: string } }[] };
      const found = (await getObject(
        'validatingwebhookconfiguration',
        `portolan-agent-${OWN}`,
      )) as Webhooks | null;
      const bundle = Buffer.from(found?.webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString();
      expect(bundle.match(/-----BEGIN CERTIFICATE-----/g)).toHaveLength(1);
      expect(found?.webhooks).toMatchObject(webhook().webhooks);
    });

    test('an agent that is away blocks nothing; what was stored then can be changed afterwards', async () => {
      await agent.stop();
      await apply(edge('stored', INVALID));
      agent = await start();
      await expect.poll(() => refusal(edge('bad', INVALID))).toContain('denied the request');
      // With the certificate of the authority that was there before.
      await apply(edge('stored', INVALID, { team: 'a' }));
      await kubectl(['delete', 'edgeingress', 'stored', '-n', NS]);
    });
  },
);
