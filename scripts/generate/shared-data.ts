import { describeSharedData } from '../../apps/agent/src/platform/sharing/describe-shared-data.ts';
import { SHARE_NAMES } from '../../apps/agent/src/platform/sharing/shared-data.ts';
import type { Generator } from './registry.ts';

const HEAD = `<!-- Generated from the agent's list of shared data by \`npm run gen\`. Do not edit. -->
# What leaves a cluster

Everything an agent sends to its platform (generation v2), when and why. The list is the rule: a request that is not in it does not leave the agent.
\`portolan-agent shared-data --share LIST\` prints what an agent with that option sends.

\`--share\` narrows it down: \`--share metrics,logs\` sends those beside heartbeats, \`--share none\` nothing but heartbeats, the link and the state that is
applied. An agent serves the same with any of them. Where \`resources\` are not shared the platform shows none, explains no decisions and
assigns no domains; what was reported before stays there until the cluster is removed. Agents without \`--platform-url\` send nothing at all.

The data of Secrets is never sent.
`;

/** docs/shared-data.md: everything that is sent to the platform. */
export const generateSharedData: Generator = async () =>
  new Map([['docs/shared-data.md', `${HEAD}\n${describeSharedData(new Set(SHARE_NAMES), 'v2')}\n`]]);
