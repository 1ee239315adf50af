import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { ApiResource } from '../client/api-resource.ts';
import type { KubeClient } from '../client/kube-client.ts';
import type { Leadership } from '../leader/leadership.ts';
import { FIELD_MANAGER } from '../writer/made-object.ts';

const CONFIGURATIONS: ApiResource = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  plural: 'validatingwebhookconfigurations',
  kind: 'ValidatingWebhookConfiguration',
  isNamespaced: false,
};
const REQUEST_MS = 5_000;

/** The ValidatingWebhookConfiguration that names the agent; the chart or its user creates it, the agent keeps its `caBundle`. */
export class WebhookConfiguration {
  readonly #client: KubeClient;
  readonly #leadership: Leadership;
  readonly #name: string;

  constructor(client: KubeClient, leadership: Leadership, name: string) {
    this.#client = client;
    this.#leadership = leadership;
    this.#name = name;
  }

  /** Returns the PEM bundle that every webhook of it trusts; null when it does not exist. Rejects as requests do. */
  async trusted(): Promise<string | null> {
    const found = await this.#find();
    if (found === null) return null;
    const [first = '', ...rest] = bundlesOf(found);
    return rest.every((bundle) => bundle === first) ? first : '';
  }

  /** Writes the bundle if it differs. Rejects with `NotLeading` when another replica writes. */
  async trust(bundle: string): Promise<void> {
    const found = await this.#find();
    if (found === null) return;
    const stale = bundlesOf(found).flatMap((known, index) => (known === bundle ? [] : [index]));
    if (stale.length === 0) return;
    const caBundle = Buffer.from(bundle).toString('base64');
    const patch = [
      { op: 'test', path: '/metadata/resourceVersion', value: found.metadata.resourceVersion },
      ...stale.map((index) => ({
        op: 'add',
        path: `/webhooks/${index}/clientConfig/caBundle`,
        value: caBundle,
      })),
    ];
    await this.#leadership.write(({ signal, deadlineMs }) =>
      this.#client.patch(CONFIGURATIONS, { name: this.#name }, patch, {
        fieldManager: FIELD_MANAGER,
        type: 'json',
        signal,
        deadlineMs: Math.min(deadlineMs, REQUEST_MS),
      }),
    );
  }

  #find(): Promise<KubernetesObject | null> {
    return this.#client.find(CONFIGURATIONS, { name: this.#name }, { deadlineMs: REQUEST_MS });
  }
}

function bundlesOf({ webhooks }: KubernetesObject): readonly string[] {
  if (!Array.isArray(webhooks)) return [];
  return webhooks.map((webhook: unknown) => {
    const config = isRecord(webhook) ? webhook['clientConfig'] : undefined;
    const encoded = isRecord(config) ? config['caBundle'] : undefined;
    return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '';
  });
}
