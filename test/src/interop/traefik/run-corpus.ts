import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { certificateFile, defaultCertificate } from './certificates.ts';
import type { Fixture, Outcome } from './fixture.ts';
import type { RunningGateway } from './gateways.ts';
import { closeSites, objectsOf, openSites, runSites, type RunOptions } from './sites.ts';

const MIRRORED_MS = 2_000;
/** How long Traefik, of which it is not known what it mirrors, gets to do so. */
const RECORD_SETTLE_MS = 150;

type Start = (objects: readonly KubernetesObject[], directory: string) => Promise<RunningGateway>;

/**
 * Starts a gateway on the fixtures' manifests, sends their requests, and returns the outcomes by fixture. With outcomes of another
 * run, mirrored requests are waited for until as many have come as there.
 */
export async function runCorpus(
  fixtures: readonly Fixture[],
  start: Start,
  expected: ReadonlyMap<string, readonly Outcome[]> | null,
): Promise<ReadonlyMap<string, readonly Outcome[]>> {
  const directory = process.env['PORTOLAN_TEST_DIR'] ?? (await mkdtemp(join(tmpdir(), 'portolan-traefik-')));
  const sites = await openSites(fixtures);
  try {
    const gateway = await start([...defaultCertificate(), ...objectsOf(sites)], directory);
    try {
      const certificate = { cert: certificateFile('client.crt'), key: certificateFile('client.key') };
      const doors = { http: gateway.http, https: gateway.https, certificate };
      const outcomes = await runSites(sites, { doors, settle: settling(expected) });
      return new Map(fixtures.map(({ name }, index) => [name, outcomes[index] ?? []]));
    } finally {
      await gateway.stop();
    }
  } finally {
    await closeSites(sites);
    if (process.env['PORTOLAN_TEST_DIR'] === undefined) await rm(directory, { recursive: true, force: true });
  }
}

function settling(expected: ReadonlyMap<string, readonly Outcome[]> | null): RunOptions['settle'] {
  return async ({ fixture, upstreams }, index) => {
    if (!upstreams.ports.has('mirror')) return;
    const known = expected?.get(fixture.name)?.[index];
    if (known === undefined) await setTimeout(RECORD_SETTLE_MS);
    const count = known?.received.filter(({ role }) => role === 'mirror').length ?? 0;
    await upstreams.receivedBy('mirror', count, MIRRORED_MS);
  };
}
