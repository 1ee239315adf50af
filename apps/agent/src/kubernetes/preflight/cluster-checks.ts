import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { z } from 'zod';
import type { Generation } from '@portolan/resources/kinds/registry';
import { hasCode } from '../client/api-error.ts';
import type { KubeClient } from '../client/kube-client.ts';
import type { CheckResult } from './check.ts';

const version = z.looseObject({ gitVersion: z.string(), major: z.string(), minor: z.string() });
const resources = z.looseObject({ resources: z.array(z.looseObject({ name: z.string() })) });
const OLDEST_MINOR = 28;
const TIMEOUT_MS = 10_000;
/** Tokens and certificates are refused when clocks differ by more than that. */
const SKEW_MAX_MS = 30_000;
const SIGN: Readonly<Record<Generation, string>> = { v2: 'edgeingresses', v3: 'apibundles' };

/** Returns whether the API server can be reached, and what it is. */
export async function checkServer(client: KubeClient): Promise<CheckResult> {
  const { description } = client.connection;
  try {
    const { gitVersion, major, minor } = version.parse(await client.request('GET', '/version'));
    const isOld = major === '1' && Number.parseInt(minor, 10) < OLDEST_MINOR;
    return isOld
      ? {
          outcome: 'warning',
          text: `${description} is Kubernetes ${gitVersion}, older than any version this is tested with`,
          fix: `Update it to 1.${OLDEST_MINOR} or newer.`,
        }
      : { outcome: 'ok', text: `${description} is Kubernetes ${gitVersion}` };
  } catch (error) {
    return {
      outcome: 'failed',
      text: `${description} cannot be used: ${messageOf(error)}`,
      fix: 'Check the address, the credentials and the network between here and the API server.',
    };
  }
}

/** Returns whether the definitions of a generation are installed. */
export async function checkCrds(client: KubeClient, generation: Generation): Promise<CheckResult> {
  const install = `portolan-agent crds --generation ${generation} | kubectl apply --server-side -f -`;
  try {
    const found = resources.parse(await client.request('GET', '/apis/hub.traefik.io/v1alpha1'));
    const names = new Set(found.resources.map(({ name }) => name));
    if (names.has(SIGN[generation]))
      return { outcome: 'ok', text: `the definitions of generation ${generation} are installed` };
    const other = generation === 'v2' ? 'v3' : 'v2';
    if (names.has(SIGN[other]))
      return {
        outcome: 'failed',
        text: `the definitions of generation ${other} are installed, but generation ${generation} is to be served`,
        fix: `Start the agent with --generation ${other}; a cluster can have one generation.`,
      };
  } catch (error) {
    if (!hasCode(error, 404))
      return { outcome: 'warning', text: `kinds of hub.traefik.io cannot be listed: ${messageOf(error)}` };
  }
  return {
    outcome: 'warning',
    text: `the definitions of generation ${generation} are not installed; only Ingresses and IngressRoutes can be served`,
    fix: `Install them: ${install}`,
  };
}

/** Returns whether a server's clock and the local one agree; `what` names the server. */
export async function checkClock(client: KubeClient): Promise<CheckResult> {
  const { tls, headers } = await client.connection.authenticate();
  const from = Date.now();
  const options = { method: 'GET', headers: { ...headers }, timeout: TIMEOUT_MS, agent: false, ...tls };
  const response = await send(new URL('/version', client.connection.server), options);
  return clockResult('the API server', response, from);
}

/** Returns whether the platform can be reached, with its clock. */
export async function checkPlatform(url: string): Promise<readonly CheckResult[]> {
  const from = Date.now();
  try {
    const response = await send(new URL(url), { method: 'GET', timeout: TIMEOUT_MS, agent: false });
    const status = response.statusCode ?? 0;
    if (status >= 500)
      return [{ outcome: 'warning', text: `the platform at ${url} responds with status ${status}` }];
    return [
      { outcome: 'ok', text: `the platform at ${url} responds` },
      clockResult('the platform', response, from),
    ];
  } catch (error) {
    return [
      {
        outcome: 'warning',
        text: `the platform at ${url} cannot be reached: ${messageOf(error)}; the agent then serves what it knows`,
        fix: 'Check the address, and that the network and its policies let the agent reach it.',
      },
    ];
  }
}

function clockResult(what: string, response: IncomingMessage, from: number): CheckResult {
  const theirs = Date.parse(response.headers.date ?? '');
  if (Number.isNaN(theirs)) return { outcome: 'warning', text: `${what} does not show its clock` };
  // The Date field has whole seconds, and was set at some moment of the request.
  const differenceMs = Math.max(0, from - theirs - 1_000, theirs - Date.now());
  const seconds = (differenceMs / 1000).toFixed(1);
  return differenceMs > SKEW_MAX_MS
    ? {
        outcome: 'warning',
        text: `the clocks of ${what} and of this machine differ by ${seconds} s`,
        fix: 'Synchronise them: tokens and certificates are checked by the time of day.',
      }
    : { outcome: 'ok', text: `the clock of ${what} agrees with the local one` };
}

async function send(url: URL, options: object): Promise<IncomingMessage> {
  const req = url.protocol === 'https:' ? requestTls(url, options) : request(url, options);
  req.on('timeout', () => req.destroy(new Error('no answer in 10 s')));
  req.end();
  const [response] = (await once(req, 'response')) as [IncomingMessage];
  response.resume();
  return response;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
