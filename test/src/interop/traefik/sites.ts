import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { linesOf } from './fields.ts';
import {
  place,
  rolesOf,
  unplace,
  type Case,
  type Field,
  type Fixture,
  type Outcome,
  type Places,
} from './fixture.ts';
import { send, type Doors, type Response } from './send.ts';
import { Upstreams } from './upstreams.ts';

const FIXTURES_AT_ONCE = 6;
/** Cookies with values that depend on the port of a server. */
const STICKY_COOKIE = /\b(sticky[a-z]*)=[0-9a-f]+/g;

/** A fixture whose placeholders are filled in and whose servers are listening. */
export interface Site {
  readonly fixture: Fixture;
  readonly places: Places;
  readonly upstreams: Upstreams;
}

/** Starts the servers of all fixtures; a fixture gets its name by its position. */
export async function openSites(fixtures: readonly Fixture[]): Promise<readonly Site[]> {
  return await Promise.all(
    fixtures.map(async (fixture, index) => {
      const upstreams = new Upstreams();
      await upstreams.listen(rolesOf(fixture));
      const places = { host: `f${index}.test`, id: `f${index}-`, ports: upstreams.ports };
      return { fixture, places, upstreams };
    }),
  );
}

export async function closeSites(sites: readonly Site[]): Promise<void> {
  await Promise.all(sites.map(({ upstreams }) => upstreams.close()));
}

/** Returns the objects of all sites. */
export function objectsOf(sites: readonly Site[]): readonly KubernetesObject[] {
  return sites.flatMap(({ fixture, places }) => place(fixture.objects, places));
}

export interface RunOptions {
  readonly doors: Doors;
  /** Waits for requests that are sent to servers after the response, such as mirrored ones. */
  settle(site: Site, index: number): Promise<void>;
}

/** Sends the requests of all sites and returns their outcomes, by site and case. */
export async function runSites(
  sites: readonly Site[],
  options: RunOptions,
): Promise<readonly (readonly Outcome[])[]> {
  const outcomes: (readonly Outcome[])[] = [];
  const queue = sites.entries();
  const work = async (): Promise<void> => {
    for (const [index, site] of queue) outcomes[index] = await runSite(site, options);
  };
  await Promise.all(Array.from({ length: FIXTURES_AT_ONCE }, work));
  return outcomes;
}

async function runSite(site: Site, options: RunOptions): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const jar = new Map<string, string>();
  for (const [index, item] of site.fixture.cases.entries()) {
    site.upstreams.expect(item.behaviour ?? {});
    const responses = await sendAll(site, item, options.doors, jar);
    await options.settle(site, index);
    outcomes.push(outcomeOf(site, responses));
  }
  return outcomes;
}

async function sendAll(site: Site, item: Case, doors: Doors, jar: Map<string, string>): Promise<Response[]> {
  const { times = 1, keepsCookies = false, isAtOnce = false, host = '@host@', ...rest } = item.request;
  const request = place({ ...rest, host }, site.places);
  if (isAtOnce) {
    const one = async (): Promise<Response> => {
      const response = await send(doors, request, null);
      site.upstreams.noteResponse();
      return response;
    };
    return await Promise.all(Array.from({ length: times }, one));
  }
  const responses: Response[] = [];
  for (let sent = 0; sent < times; sent++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await send(doors, request, keepsCookies && cookie !== '' ? cookie : null);
    for (const [name, value] of cookiesOf(response)) jar.set(name, value);
    responses.push(response);
  }
  return responses;
}

function cookiesOf({ fields }: Response): readonly Field[] {
  return fields.flatMap(([name, text]): Field[] => {
    const [, key, value] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
    return name.toLowerCase() !== 'set-cookie' || key === undefined ? [] : [[key, value ?? '']];
  });
}

function outcomeOf(site: Site, responses: readonly Response[]): Outcome {
  const last = responses.at(-1);
  if (last === undefined) throw new Error('The case sent no request.');
  const { trailers, interim } = last;
  const outcome: Outcome = {
    status: responses.map(({ status }) => status),
    headers: linesOf(last.fields)
      .filter((line) => !line.startsWith('date: '))
      .map((line) => line.replace(/^(x-retry-in): .*/, '$1: *')),
    body: last.body,
    ...(trailers.length === 0 ? {} : { trailers }),
    ...(interim.length === 0 ? {} : { interim }),
    received: site.upstreams.received.map((item) => ({
      ...item,
      headers: item.headers.map((line) => line.replace(/^(x-forwarded-server): .*/, '$1: *')),
    })),
  };
  const text = unplace(JSON.stringify(outcome), site.places).replaceAll(STICKY_COOKIE, '$1=*');
  return JSON.parse(text) as Outcome;
}
