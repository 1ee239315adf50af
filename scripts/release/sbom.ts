import { createHash } from 'node:crypto';
import type { LockedPackage } from './lockfile.ts';

/** What a bill of materials is of. */
interface SbomSubject {
  readonly version: string;
  /** When the sources were committed (RFC 3339); a build of the same sources has the same. */
  readonly committedAt: string;
  readonly lockfile: string;
}

/**
 * Returns a software bill of materials of what is shipped, in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). It holds nothing
 * that differs between two builds of the same sources.
 */
export function makeSbom(
  packages: readonly LockedPackage[],
  { version, committedAt, lockfile }: SbomSubject,
): object {
  const root = `pkg:generic/portolan@${version}`;
  const shipped = packages.filter(({ isDevelopment }) => !isDevelopment);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`${root} ${lockfile}`)}`,
    version: 1,
    metadata: {
      timestamp: committedAt,
      component: {
        type: 'application',
        'bom-ref': root,
        name: 'portolan',
        version,
        licenses: [{ license: { id: 'Apache-2.0' } }],
      },
    },
    components: shipped.map(componentOf),
    dependencies: [{ ref: root, dependsOn: shipped.map(purlOf) }],
  };
}

function componentOf(locked: LockedPackage): object {
  const { name, version, licence, integrity, resolved } = locked;
  const [, scope, plain = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const digest = /^sha512-(.+)$/.exec(integrity ?? '')?.[1];
  return {
    type: 'library',
    'bom-ref': purlOf(locked),
    ...(scope === undefined ? {} : { group: scope }),
    name: plain,
    version,
    purl: purlOf(locked),
    ...(licence === null ? {} : { licenses: [{ expression: licence }] }),
    ...(digest === undefined
      ? {}
      : { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] }),
    ...(resolved === null ? {} : { externalReferences: [{ type: 'distribution', url: resolved }] }),
  };
}

/** https://github.com/package-url/purl-spec: the scope of an npm package is its namespace, with `@` percent-encoded. */
function purlOf({ name, version }: Pick<LockedPackage, 'name' | 'version'>): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

/** Returns a UUID that is made of a text (RFC 9562 §5.8, version 8). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
