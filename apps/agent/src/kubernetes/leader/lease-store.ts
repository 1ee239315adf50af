import { z } from 'zod';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { hasCode } from '../client/api-error.ts';
import type { ApiResource } from '../client/api-resource.ts';
import type { KubeClient } from '../client/kube-client.ts';

/** What a Lease (coordination.k8s.io/v1) says about its holder. */
export interface LeaseRecord {
  /** Empty when the lease was released. */
  readonly holder: string;
  readonly durationSeconds: number;
  /** RFC 3339 with microseconds. */
  readonly acquiredAt: string;
  readonly renewedAt: string;
  /** How often the holder changed. */
  readonly transitions: number;
}

/** A record and the version of the object that it was read from. */
export interface StoredLease {
  readonly record: LeaseRecord;
  readonly resourceVersion: string;
}

const LEASES: ApiResource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  isNamespaced: true,
};

const lease = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string() }),
  spec: z
    .looseObject({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      acquireTime: z.string().nullish(),
      renewTime: z.string().nullish(),
      leaseTransitions: z.number().nullish(),
    })
    .default({}),
});

/** Reads and writes one Lease. */
export class LeaseStore {
  readonly #client: KubeClient;
  readonly #name: { readonly namespace: string; readonly name: string };

  constructor(client: KubeClient, namespace: string, name: string) {
    this.#client = client;
    this.#name = { namespace, name };
  }

  async read(deadlineMs: number): Promise<StoredLease | null> {
    const found = await this.#client.find(LEASES, this.#name, { deadlineMs });
    return found === null ? null : parseLease(found);
  }

  /** Creates the Lease (`resourceVersion` null) or replaces that version of it; null when another was faster. */
  async write(
    record: LeaseRecord,
    resourceVersion: string | null,
    deadlineMs: number,
  ): Promise<StoredLease | null> {
    const object = this.#objectOf(record, resourceVersion);
    try {
      return parseLease(
        resourceVersion === null
          ? await this.#client.create(LEASES, object, { deadlineMs })
          : await this.#client.replace(LEASES, object, { deadlineMs }),
      );
    } catch (error) {
      // 409 is both: changed since it was read, and created by another. 404: deleted since.
      if (hasCode(error, 404, 409)) return null;
      throw error;
    }
  }

  #objectOf(record: LeaseRecord, resourceVersion: string | null): KubernetesObject {
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { ...this.#name, ...(resourceVersion === null ? {} : { resourceVersion }) },
      spec: {
        holderIdentity: record.holder,
        leaseDurationSeconds: record.durationSeconds,
        acquireTime: record.acquiredAt,
        renewTime: record.renewedAt,
        leaseTransitions: record.transitions,
      },
    };
  }
}

function parseLease(object: KubernetesObject): StoredLease {
  const { metadata, spec } = lease.parse(object);
  return {
    resourceVersion: metadata.resourceVersion,
    record: {
      holder: spec.holderIdentity ?? '',
      durationSeconds: spec.leaseDurationSeconds ?? 0,
      acquiredAt: spec.acquireTime ?? '',
      renewedAt: spec.renewTime ?? '',
      transitions: spec.leaseTransitions ?? 0,
    },
  };
}
