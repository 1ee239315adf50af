import { isDeepStrictEqual } from 'node:util';
import type { Certificate, TlsOptions } from '../model/model.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Problem } from '../problem.ts';
import type { CompiledUnit, ForHost } from './unit.ts';

interface TlsOfHosts {
  readonly certificates: ReadonlyMap<string, Certificate>;
  readonly tlsOptions: ReadonlyMap<string, TlsOptions>;
  /** By key of the object that has them. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
}

type Report = (loser: ObjectRef, problem: Omit<Problem, 'kind' | 'namespace' | 'name'>) => void;

/**
 * Joins what units say of the handshakes of hosts. A host has one certificate, the first by name, and one set of options, the one that
 * demands most of client certificates: a host must not become open because another object mentions it. Who differs is named.
 */
export function tlsOfHosts(units: readonly CompiledUnit[]): TlsOfHosts {
  const problems = new Map<string, Problem[]>();
  const report: Report = ({ key, kind, namespace, name }, problem) => {
    const known = problems.get(key) ?? [];
    known.push({ kind, namespace, name, ...problem });
    problems.set(key, known);
  };
  return {
    certificates: certificatesOf(
      units.flatMap((unit) => unit.certificates ?? []),
      report,
    ),
    tlsOptions: optionsOf(
      units.flatMap((unit) => unit.tlsOptions ?? []),
      report,
    ),
    problems,
  };
}

function certificatesOf(entries: readonly ForHost<Certificate>[], report: Report): Map<string, Certificate> {
  const chosen = new Map<string, ForHost<Certificate>>();
  for (const entry of entries) {
    const first = chosen.get(entry.host);
    if (first === undefined) chosen.set(entry.host, entry);
    else if (first.value.cert !== entry.value.cert && first.owner.key !== entry.owner.key) {
      report(entry.owner, {
        code: 'certificate-conflict',
        severity: 'warning',
        message: `${nameOf(entry.host)} shows the certificate of ${labelOf(first.owner)}, not the one of this object`,
        fix: 'let only one object bring a certificate for the host',
      });
    }
  }
  return valuesOf(chosen);
}

function optionsOf(entries: readonly ForHost<TlsOptions>[], report: Report): Map<string, TlsOptions> {
  const chosen = new Map<string, ForHost<TlsOptions>>();
  for (const entry of entries) {
    const known = chosen.get(entry.host);
    if (known === undefined || strictness(entry.value) > strictness(known.value))
      chosen.set(entry.host, entry);
  }
  for (const { host, value, owner } of entries) {
    const winner = chosen.get(host);
    if (winner === undefined || winner.owner.key === owner.key || isDeepStrictEqual(winner.value, value))
      continue;
    const isDemanding = strictness(value) >= STRICTNESS['verify-if-given'];
    report(owner, {
      code: 'tls-options-conflict',
      severity: isDemanding ? 'error' : 'warning',
      message: `${nameOf(host)} has the TLS options of ${labelOf(winner.owner)}, which differ; ${
        isDemanding
          ? 'requests that do not meet those of this object get 421'
          : 'they apply to this object too'
      }`,
      fix: 'give all routes of a host the same TLSOption, or routes that need another one a host of their own',
    });
  }
  return valuesOf(chosen);
}

const STRICTNESS = { none: 0, request: 1, 'verify-if-given': 2, require: 3, verify: 4 } as const;

function strictness({ clientAuth }: TlsOptions): number {
  return STRICTNESS[clientAuth?.mode ?? 'none'];
}

function valuesOf<T>(chosen: ReadonlyMap<string, ForHost<T>>): Map<string, T> {
  return new Map([...chosen].map(([host, { value }]) => [host, value]));
}

function nameOf(host: string): string {
  return host === 'default' ? 'every host without one of its own' : host;
}

function labelOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} "${name}" in namespace "${namespace}"`;
}
