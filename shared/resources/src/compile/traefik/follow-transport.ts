import type { UpstreamTransport } from '../../model/model.ts';
import type { Reader } from '../reader.ts';
import type { Resolved } from '../unit.ts';
import { findByProviderName, findTraefik } from './find.ts';

/** Follows a reference to a ServersTransport. */
export function followTransport(
  reader: Reader,
  namespace: string,
  name: string,
): Resolved<UpstreamTransport> {
  const found = name.endsWith('@kubernetescrd')
    ? findByProviderName(reader, 'ServersTransport', name)
    : findTraefik(reader, 'ServersTransport', namespace, name);
  const transport = found === null ? null : reader.result<UpstreamTransport>(found.key);
  if (transport !== null) return transport;
  return {
    ok: false,
    reason: `ServersTransport "${name}" does not exist`,
    fix: `create ServersTransport "${name}", or take the reference out`,
  };
}
