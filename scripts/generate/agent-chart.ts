import { installableCrds } from '@portolan/resources/crds/installable';
import { GENERATIONS } from '@portolan/resources/kinds/registry';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import { FEATURES, type Feature } from '../../apps/agent/src/kubernetes/rights/rights.ts';
import {
  RIGHT_MODES,
  rulesOf,
  userRoles,
  type RightsQuery,
} from '../../apps/agent/src/kubernetes/rights/roles.ts';
import type { Generator } from './registry.ts';

const FILES = 'apps/agent/chart/files';
const SCOPES = ['cluster', 'served', 'own'] as const;
/** Deleting a CustomResourceDefinition deletes all its resources, so Helm leaves them at an uninstall. */
const KEPT = { 'helm.sh/resource-policy': 'keep' };

/** What the chart of the agent takes from the code: CustomResourceDefinitions and the rules of its roles. */
export const generateAgentChart: Generator = async () => {
  const files = new Map<string, string>();
  for (const generation of GENERATIONS) {
    const crds = installableCrds(generation).map((crd) => {
      const annotations = { ...crd.metadata.annotations, ...KEPT };
      return `---\n${formatYaml({ ...crd, metadata: { ...crd.metadata, annotations } })}`;
    });
    files.set(`${FILES}/crds-${generation}.yaml`, crds.join(''));
  }
  files.set(`${FILES}/rights.json`, json(byGeneration((generation) => rulesByMode(generation))));
  files.set(`${FILES}/user-roles.json`, json(byGeneration((generation) => userRoles(generation))));
  return files;
};

type Generation = (typeof GENERATIONS)[number];

function byGeneration<T>(make: (generation: Generation) => T): Record<string, T> {
  return Object.fromEntries(GENERATIONS.map((generation) => [generation, make(generation)]));
}

function rulesByMode(generation: Generation) {
  return Object.fromEntries(
    RIGHT_MODES.map((mode) => [
      mode,
      Object.fromEntries(SCOPES.map((scope) => [scope, rulesByFeature({ mode, generation, scope })])),
    ]),
  );
}

/** By feature: the chart leaves features out. */
function rulesByFeature(query: Omit<RightsQuery, 'features'>) {
  const rules = (Object.keys(FEATURES) as Feature[]).map(
    (feature) => [feature, rulesOf({ ...query, features: new Set([feature]) })] as const,
  );
  return Object.fromEntries(rules.filter(([, found]) => found.length > 0));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
