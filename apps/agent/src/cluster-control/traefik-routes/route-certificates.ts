import type { Certificate, Model, Route } from '@portolan/resources/model/model';
import { shortHash } from './traefik-objects.ts';

/** Hosts of a route that are served with the same certificate of the platform; null: with one that is none of the platform's. */
export interface CertificateHosts {
  readonly secret: { readonly name: string; readonly certificate: Certificate } | null;
  readonly hosts: readonly string[];
}

/**
 * Groups the hosts of a route by certificate. Certificates that the cluster has of its own are left to the objects that name their
 * Secrets: copying those would carry keys from one namespace to another.
 */
export function certificateHosts({ certificates }: Model, { hosts }: Route): readonly CertificateHosts[] {
  const groups = new Map<string, { secret: CertificateHosts['secret']; hosts: string[] }>();
  for (const host of hosts) {
    const name = [host, host.replace(/^[^.]+/, '*')].find((one) => certificates.has(one)) ?? '';
    const found = certificates.get(name);
    const certificate = found?.source.key === 'platform' ? found : null;
    const key = certificate === null ? '' : name;
    const group = groups.get(key) ?? {
      secret: certificate === null ? null : { name: `portolan-tls-${shortHash(name)}`, certificate },
      hosts: [],
    };
    group.hosts.push(host);
    groups.set(key, group);
  }
  return [...groups.values()];
}
