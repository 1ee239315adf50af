import {
  FEATURES,
  listRights,
  OPT_IN_FEATURES,
  selectFeatures,
  type Feature,
  type Right,
} from '../../apps/agent/src/kubernetes/rights/rights.ts';
import { rightsOf, RIGHT_MODES } from '../../apps/agent/src/kubernetes/rights/roles.ts';
import type { Generator } from './registry.ts';

const HEAD = `<!-- Generated from the table of rights by \`npm run gen\`. Do not edit. -->
# Rights of the agent in a cluster

Everything the agent may do in a cluster (generation v2), why, and the test that uses the right. \`portolan-agent rights\` prints them as RBAC
manifests, \`portolan-agent preflight\` asks the cluster which of them an account has. A feature whose rights are missing is off; the others work:
\`--without events,traefik-routes\` (in the chart \`disabledFeatures\`) leaves features out.

\`own\` is the namespace that the agent runs in, \`served\` are the namespaces whose resources it serves: all of them in the modes \`cluster\` and
\`readOnly\`, those of \`--namespaces\` in the mode \`namespaces\`. The agent asks for no right to \`escalate\`, \`bind\` or \`impersonate\`, for no
wildcard, and for no logs of pods.`;

/** docs/kubernetes-rights.md: every right of the agent. */
export const generateRightsTable: Generator = async () => {
  const rights = listRights('v2');
  const sections = Object.entries(FEATURES).flatMap(([feature, effect]) =>
    section(
      feature,
      effect,
      rights.filter((right) => right.feature === (feature as Feature)),
    ),
  );
  return new Map([['docs/kubernetes-rights.md', `${[HEAD, ...sections].join('\n')}\n`]]);
};

/** Also those that have to be asked for. */
const features = selectFeatures([], [...OPT_IN_FEATURES]);

function section(feature: string, effect: string, rights: readonly Right[]): readonly string[] {
  return [
    '',
    `## ${feature}`,
    '',
    `With these rights the agent ${effect}.${OPT_IN_FEATURES.has(feature as Feature) ? ` Granted only when asked for: \`--with ${feature}\`.` : ''}`,
    '',
    '| Resources | Verbs | Where | Modes | For | Test |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rights.map((right) => {
      const { group, resources, verbs, names, scope, purpose, test } = right;
      const modes = RIGHT_MODES.filter((mode) =>
        rightsOf({ mode, generation: 'v2', scope, features }).some(
          (one) => JSON.stringify(one) === JSON.stringify(right),
        ),
      );
      const listed = resources.map((resource) => `\`${resource}\``).join(', ');
      const where = names === undefined ? scope : `${scope}, named ${listNames(names)}`;
      return `| ${listed}${group === '' ? '' : ` of ${group}`} | ${verbs.join(', ')} | ${where} | ${modes.join(', ')} | ${purpose} | [${test.replace(/^.*\//, '')}](../${test}) |`;
    }),
  ];
}

/** Many names that differ in a number are shown by the first and the last. */
function listNames(names: readonly string[]): string {
  const shown = names.length > 5 ? [...names.slice(0, 3), '…', ...names.slice(-1)] : names;
  return shown.map((name) => (name === '…' ? name : `\`${name}\``)).join(', ');
}
