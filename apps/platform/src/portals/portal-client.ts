import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Platform } from '../platform.ts';
import { readEdgeAddress } from '../fleet/broker-store.ts';
import { reachableUrl } from '../fleet/edge-address.ts';
import { findClusterName } from '../clusters/store.ts';

const PREFIX = 'portal-';

/** Returns the id of the client that the portals of a cluster sign users in as. */
export function clientIdOf(clusterId: string): string {
  return `${PREFIX}${clusterId}`;
}

type Parts = Pick<Platform, 'db' | 'compiledClusters'>;

/**
 * Clients of the users' issuer for the portals of each cluster. They are not stored: where their users may be sent back to are the hosts at
 * which the cluster's resources expose portals now.
 */
export class PortalClients implements Adapter {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    if (!id.startsWith(PREFIX)) return undefined;
    const clusterId = id.slice(PREFIX.length);
    const { db, compiledClusters } = this.#parts;
    return db.transaction(async (tx) => {
      const name = await findClusterName(tx, clusterId);
      if (name === null) return undefined;
      const { model } = await compiledClusters.of(tx, clusterId);
      const edge = await readEdgeAddress(tx);
      const hosts = new Set(
        model.routes.filter(({ target }) => target.kind === 'portal').flatMap((route) => route.hosts),
      );
      const uris = [...hosts]
        .filter((host) => !host.startsWith('*'))
        .flatMap((host) => {
          const url = `https://${host}/callback`;
          return [url, reachableUrl(url, edge)];
        });
      if (uris.length === 0) return undefined;
      return {
        client_id: id,
        client_name: `API portal of ${name}`,
        application_type: 'web',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [...new Set(uris)],
        scope: 'openid email profile groups',
      };
    });
  }

  async upsert(): Promise<void> {}

  async findByUserCode(): Promise<undefined> {}

  async findByUid(): Promise<undefined> {}

  async consume(): Promise<void> {}

  async destroy(): Promise<void> {}

  async revokeByGrantId(): Promise<void> {}
}
