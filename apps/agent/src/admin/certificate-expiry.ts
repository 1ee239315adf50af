import { X509Certificate } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';

/** Beyond this, series would take long to print. */
const HOSTS_MAX = 2_000;

interface Served {
  readonly cert: string;
}

/** Adds the end of each certificate in service, by host, in seconds since 1970. */
export function registerCertificateExpiry(registry: Registry, read: () => ReadonlyMap<string, Served>): void {
  const ends = new WeakMap<Served, number | null>();
  const gauge: Gauge = new Gauge({
    name: 'portolan_certificate_expiry_seconds',
    help: 'End of the certificate that is served for a host, as Unix time',
    labelNames: ['host'],
    registers: [registry],
    collect() {
      gauge.reset();
      for (const [host, certificate] of [...read()].slice(0, HOSTS_MAX)) {
        const end = ends.get(certificate) ?? endOf(certificate);
        ends.set(certificate, end);
        if (end !== null) gauge.set({ host }, end);
      }
    },
  });
}

/** Returns null for a certificate that cannot be read: it is not served either. */
function endOf({ cert }: Served): number | null {
  try {
    return Date.parse(new X509Certificate(cert).validTo) / 1000;
  } catch {
    return null;
  }
}
