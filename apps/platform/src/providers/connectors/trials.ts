import { TEST_STEPS, type TestReport } from '@portolan/contract/providers';
import type { Outbound } from '../../http/outbound.ts';
import { ProviderError, resolveHost } from './provider-http.ts';
import { tryTls } from './tls-trial.ts';

type Step = (typeof TEST_STEPS)[number];

/** Steps of a test. Each returns a message or throws; undefined steps do not apply to this kind of provider. */
export type Trials = Partial<Record<Exclude<Step, 'resolve' | 'tls'>, () => Promise<string>>>;

/** Runs the steps in order; those after the first failure are skipped. */
export async function runTrials(outbound: Outbound, url: URL, trials: Trials): Promise<TestReport> {
  const steps: TestReport['steps'] = [];
  const all: Partial<Record<Step, () => Promise<string>>> = {
    resolve: async () => `${url.hostname} resolves to ${await resolveHost(outbound, url)}`,
    ...(url.protocol === 'https:' ? { tls: () => tryTls(outbound, url) } : {}),
    ...trials,
  };
  let hasFailed = false;
  for (const step of TEST_STEPS) {
    const trial = all[step];
    if (!trial) continue;
    if (hasFailed) {
      steps.push({ step, state: 'skipped', message: 'not run: an earlier step failed' });
      continue;
    }
    try {
      steps.push({ step, state: 'passed', message: await trial() });
    } catch (error) {
      hasFailed = true;
      steps.push({ step, state: 'failed', message: explain(error) });
    }
  }
  return { ok: !hasFailed, steps };
}

function explain(error: unknown): string {
  if (error instanceof ProviderError && (error.status === 401 || error.status === 403)) {
    return `${error.message} The credentials are invalid or lack a permission.`;
  }
  return error instanceof Error ? error.message : String(error);
}
