import { revokeClusterToken, rotateClusterToken, type Cluster } from '@portolan/contract/clusters';
import { clusters } from '@portolan/console/kinds/clusters';
import { confirm } from '../confirm.ts';
import { connect } from '../connect.ts';
import { findOnly } from '../find-rows.ts';
import { platformFlags, resultOutputFlag, yesFlag } from '../flags.ts';
import { print } from '../io.ts';
import { oneWord } from '../read-words.ts';
import { report } from '../result.ts';
import type { Verb } from '../verb.ts';

const asked = { kind: clusters, info: null, what: 'cluster' };
const place = { namespace: undefined, cluster: undefined };

export const rotateTokenVerb: Verb = {
  usage: 'CLUSTER',
  details: 'The old token stops working at once; the new one alone goes to standard output, this once.',
  examples: ['portolan cluster rotate-token prod-eu --yes > agent-token'],
  complete: [{ of: 'clusters' }],
  flags: { ...yesFlag, ...resultOutputFlag, ...platformFlags },
  async run(args, io) {
    const name = oneWord(args, 'Which cluster?', 'portolan cluster rotate-token CLUSTER');
    const { client, workspace, ...session } = await connect(args, io);
    const row = (await findOnly({ client, workspace, ...session }, asked, { name, place })) as Cluster;
    await confirm(io, `The agent of ${row.name} must be given the new token.`, args.has('yes'));
    const made = await client.call(rotateClusterToken, { params: { workspace, cluster: row.id } });
    await report(io, args, {
      line: `cluster/${row.name} has a new agent token; it is shown this once`,
      name: `cluster/${row.name}`,
      object: made,
      secret: made.token,
    });
    return 0;
  },
};

export const revokeTokenVerb: Verb = {
  usage: 'CLUSTER',
  details:
    'Closes its tunnels within seconds. Its gateway goes on with what it last knew; rotate-token lets the agent in again.',
  complete: [{ of: 'clusters' }],
  flags: { ...yesFlag, ...platformFlags },
  async run(args, io) {
    const name = oneWord(args, 'Which cluster?', 'portolan cluster revoke-token CLUSTER');
    const session = await connect(args, io);
    const row = (await findOnly(session, asked, { name, place })) as Cluster;
    await confirm(io, `The agent of ${row.name} is shut out and its tunnels are closed.`, args.has('yes'));
    await session.client.call(revokeClusterToken, {
      params: { workspace: session.workspace, cluster: row.id },
    });
    print(io, `cluster/${row.name} token revoked`);
    return 0;
  },
};
