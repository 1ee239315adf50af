import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { compareVersions } from './compare-versions.ts';
import type { LockedPackage } from './lockfile.ts';

/** The parts of an entry that decide whom it concerns. https://ossf.github.io/osv-schema/ */
const entry = z.object({
  id: z.string(),
  summary: z.string().default(''),
  withdrawn: z.string().optional(),
  database_specific: z.looseObject({ severity: z.string().optional() }).optional(),
  affected: z
    .array(
      z.object({
        package: z.object({ ecosystem: z.string(), name: z.string() }).optional(),
        versions: z.array(z.string()).default([]),
        ranges: z
          .array(
            z.object({
              type: z.string(),
              events: z.array(
                z.object({
                  introduced: z.string().optional(),
                  fixed: z.string().optional(),
                  last_affected: z.string().optional(),
                }),
              ),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});
type Entry = z.infer<typeof entry>;
type Affected = Entry['affected'][number];

/** A vulnerability of a package that the lockfile names. */
interface Finding {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly severity: string;
  readonly summary: string;
  /** First version without it; null when there is none. */
  readonly fixed: string | null;
  readonly isDevelopment: boolean;
}

/** Reads a database of OSV: a directory of entries as JSON, a file of one entry or of a list, or one of JSON lines. */
export function readDatabase(path: string): readonly Entry[] {
  if (statSync(path).isDirectory())
    return readdirSync(path)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => readDatabase(join(path, name)));
  const text = readFileSync(path, 'utf8');
  if (/\.(?:ndjson|jsonl)$/.test(path))
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => entry.parse(JSON.parse(line)));
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? z.array(entry).parse(value) : [entry.parse(value)];
}

/** Returns the vulnerabilities of the packages, the worst of each package first by id. */
export function findVulnerabilities(
  packages: readonly LockedPackage[],
  entries: readonly Entry[],
): readonly Finding[] {
  const byName = Map.groupBy(packages, ({ name }) => name);
  return entries
    .filter(({ withdrawn }) => withdrawn === undefined)
    .flatMap((one) =>
      one.affected
        .filter(({ package: affected }) => affected?.ecosystem === 'npm')
        .flatMap((affected) =>
          (byName.get(affected.package?.name ?? '') ?? [])
            .filter(({ version }) => isAffected(affected, version))
            .map(({ name, version, isDevelopment }) => ({
              id: one.id,
              package: name,
              version,
              severity: one.database_specific?.severity?.toLowerCase() ?? 'unknown',
              summary: one.summary,
              fixed: fixOf(affected, version),
              isDevelopment,
            })),
        ),
    )
    .toSorted((a, b) => (`${a.package} ${a.id}` < `${b.package} ${b.id}` ? -1 : 1));
}

/** https://ossf.github.io/osv-schema/#evaluation */
function isAffected({ versions, ranges }: Affected, version: string): boolean {
  if (versions.includes(version)) return true;
  return ranges.filter(({ type }) => type === 'SEMVER').some(({ events }) => isWithin(events, version));
}

function isWithin(events: Affected['ranges'][number]['events'], version: string): boolean {
  let isVulnerable = false;
  const at = ({ introduced, fixed, last_affected: last }: (typeof events)[number]) =>
    introduced ?? fixed ?? last ?? '0';
  for (const event of events.toSorted((a, b) => compareVersions(at(a), at(b)))) {
    const order = compareVersions(version, at(event));
    if (event.introduced !== undefined && order >= 0) isVulnerable = true;
    if (event.fixed !== undefined && order >= 0) isVulnerable = false;
    if (event.last_affected !== undefined && order > 0) isVulnerable = false;
  }
  return isVulnerable;
}

function fixOf({ ranges }: Affected, version: string): string | null {
  const fixes = ranges.flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? []));
  return fixes.filter((fix) => compareVersions(fix, version) > 0).toSorted(compareVersions)[0] ?? null;
}
