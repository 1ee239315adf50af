import { type ServersTransport, serversTransportShape } from '../../kinds/traefik-shapes.ts';
import { warnWithoutEffect } from './unsupported.ts';
import type { UpstreamTransport } from '../../model/service.ts';
import { readCertificate, readSecret } from '../core/secret.ts';
import type { Reader } from '../reader.ts';
import { defineKind } from '../define-kind.ts';
import type { Resolved } from '../unit.ts';
import { durationFaults, durationMs } from './duration.ts';

const TIMEOUTS = ['dialTimeout', 'responseHeaderTimeout', 'idleConnTimeout'] as const;

export const serversTransportKind = defineKind<ServersTransport>({
  type: 'ServersTransport.traefik.io',
  judge: ({ spec }) =>
    TIMEOUTS.flatMap((name) =>
      durationFaults(`spec.forwardingTimeouts.${name}`, spec.forwardingTimeouts?.[name]),
    ),
  compile({ spec, reader }) {
    const value = compileTransport(spec, reader);
    warnWithoutEffect(reader, serversTransportShape.shape.spec, spec.spec);
    if (!value.ok)
      reader.error('missing-reference', 'spec', {
        message: `${value.reason}; requests that use it get 503`,
        fix: value.fix,
      });
    return { value };
  },
});

function compileTransport({ spec }: ServersTransport, reader: Reader): Resolved<UpstreamTransport> {
  const { namespace } = reader.self;
  const rootCAs: string[] = [];
  const configMap = spec.rootCAs?.find((ca) => ca.configMap !== undefined);
  if (configMap !== undefined) {
    return {
      ok: false,
      reason: `root CAs from ConfigMap "${configMap.configMap}" are not supported`,
      fix: 'put the certificate into a Secret',
    };
  }
  for (const name of [
    ...(spec.rootCAsSecrets ?? []),
    ...(spec.rootCAs ?? []).flatMap((ca) => ca.secret ?? []),
  ]) {
    const ca = readSecret(reader, { namespace, name, keys: ['ca.crt', 'tls.ca', 'tls.crt'] });
    if (!ca.ok) return ca;
    rootCAs.push(ca.value);
  }
  const certificates: { cert: string; key: string }[] = [];
  for (const name of spec.certificatesSecrets ?? []) {
    const found = readCertificate(reader, namespace, name);
    if (!found.ok) return found;
    const { cert, key } = found.value.certificate;
    certificates.push({ cert, key });
  }
  if (spec.peerCertURI !== undefined) {
    return {
      ok: false,
      reason: 'peerCertURI is not supported',
      fix: 'set serverName instead',
    };
  }
  const timeouts = spec.forwardingTimeouts;
  return {
    ok: true,
    value: {
      ...(spec.serverName === undefined ? {} : { serverName: spec.serverName }),
      insecureSkipVerify: spec.insecureSkipVerify ?? false,
      ...(spec.disableHTTP2 === true ? { disableHttp2: true } : {}),
      rootCAs,
      certificates,
      dialTimeoutMs: durationMs(timeouts?.dialTimeout, 30_000),
      // Traefik: no limit unless one is set.
      responseHeaderTimeoutMs: durationMs(timeouts?.responseHeaderTimeout, 0),
      idleConnTimeoutMs: durationMs(timeouts?.idleConnTimeout, 90_000),
      maxIdleConnsPerHost: spec.maxIdleConnsPerHost ?? 200,
    },
  };
}
