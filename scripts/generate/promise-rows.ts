/** A promise to operators, and what shows that it holds. */
export interface PromiseRow {
  readonly promise: string;
  /** Tests and programs, relative to the repository's root; empty while nothing shows it. */
  readonly proof: readonly string[];
  /** What the last run of a program gave, with its date; tests of continuous integration have none. */
  readonly figure?: string;
  /** What nothing shows yet, or why. */
  readonly missing?: string;
}

const CHAOS = '2026-11-27, `npm run chaos --';

/** Reliability: what the most trusted systems of this kind pass. */
export const RELIABILITY: readonly PromiseRow[] = [
  {
    promise: 'Gateways serve without the platform',
    proof: ['test/src/chaos/platform.ts'],
    figure: `61,122 requests, 12 failed, all at the broker that was restarted (${CHAOS} platform --away 600\`)`,
    missing: '24 hours: the run was 10 minutes',
  },
  {
    promise: 'Gateways restart from disk without the platform',
    proof: ['apps/agent/src/platform/state/desired-journal.test.ts'],
    missing: 'a restart of every replica while the platform is away, and the time until the first request',
  },
  { promise: 'New replicas serve without the platform', proof: [], missing: 'not tried' },
  {
    promise: 'A damaged snapshot falls back to the one before',
    proof: ['apps/agent/src/platform/state/desired-journal.test.ts', 'apps/agent/src/kept-file.test.ts'],
  },
  {
    promise: 'A full disk stops no traffic',
    proof: ['apps/agent/src/platform/state/desired-journal.test.ts', 'apps/agent/src/kept-file.test.ts'],
    missing: 'a file system that is full under load',
  },
  {
    promise: 'Configuration is swapped under load without an error',
    proof: ['apps/agent/src/gateway/drain.test.ts'],
    figure: '1,000 swaps in each run of the test',
  },
  {
    promise: 'One bad object concerns only itself',
    proof: ['apps/agent/src/serving/serving.test.ts'],
    figure:
      '1.09 of the usual time beside an object that cannot be served (2026-12-01, `npm run bench -- kubernetes`)',
  },
  {
    promise: 'An empty configuration is held back until confirmed',
    proof: ['apps/agent/src/serving/serving.test.ts'],
  },
  {
    promise: 'Tunnel connections die one by one without a failed request',
    proof: ['test/src/chaos/brokers.ts'],
    missing: 'connections that are killed while their broker lives',
  },
  {
    promise: 'A killed broker costs no request of clients that try the next address',
    proof: ['test/src/chaos/brokers.ts'],
    figure: `69,109 requests, 0 failed (${CHAOS} brokers\`)`,
  },
  {
    promise: 'A black hole is found within 15 s',
    proof: ['test/src/chaos/network.ts'],
    figure: `14.7–14.9 s (${CHAOS} network\`)`,
  },
  {
    promise: 'Brokers restart in turn without an error',
    proof: ['test/src/chaos/brokers.ts'],
    figure: `0 failed of clients that try the next address (${CHAOS} brokers\`)`,
    missing: '"at least one connection always", sampled',
  },
  {
    promise: '1,000 agents reconnect within 60 s',
    proof: ['test/src/chaos/storm.ts'],
    figure: `2.9 s (${CHAOS} storm\`)`,
  },
  {
    promise: '1 s of latency with 2 % loss is survived',
    proof: ['test/src/chaos/network.ts'],
    figure: `326 requests, 0 failed, no tunnel lost (${CHAOS} network\`)`,
  },
  {
    promise: 'A clock that is wrong by 5 minutes does no harm',
    proof: [],
    missing: 'tokens, leases and certificates under skew were not tried',
  },
  {
    promise: 'No acknowledged write is lost',
    proof: ['test/src/durability/kill.test.ts', 'test/src/durability/replicas.test.ts'],
    missing: 'fail-over of PostgreSQL; 1,000 kills in a row',
  },
  {
    promise: 'Edits of administrators are linearizable for each object',
    proof: [],
    missing: 'no checker of histories yet',
  },
  {
    promise: 'Quotas are exact over gateways that share a store',
    proof: ['apps/agent/src/gateway/limits/plan-counters.test.ts'],
    missing: 'ten gateways and a million requests',
  },
  {
    promise: 'Versions work together, two back and one ahead',
    proof: [],
    missing: 'nothing is released yet: there is no version before this one',
  },
  {
    promise: 'A backup restores into an empty installation',
    proof: ['test/src/chaos/restore.ts', 'apps/platform/src/backup/backup.test.ts'],
    figure: '31 s with 200,000 keys, equal by hash ([backup.md](backup.md))',
  },
  { promise: 'Upgrade and roll-back under traffic', proof: [], missing: 'nothing is released yet' },
  { promise: '24 hours without growing', proof: [], missing: 'no run of that length yet' },
  {
    promise: 'A graceful stop finishes what is under way',
    proof: ['apps/agent/src/gateway/drain.test.ts', 'apps/agent/src/agent-stop.test.ts'],
  },
  {
    promise: 'Every mutating call has exactly one audit event',
    proof: ['apps/platform/src/audit/audit.test.ts'],
  },
];

/** Security. */
export const SECURITY: readonly PromiseRow[] = [
  { promise: 'OWASP ASVS 5.0, levels 1 and 2', proof: [], missing: 'no table of its requirements yet' },
  {
    promise: 'No account, role or token reaches another tenant',
    proof: ['apps/platform/src/auth/authorisation-matrix.test.ts'],
  },
  {
    promise: 'Addresses that tenants name do not reach the network of the installation',
    proof: [
      'shared/process/src/address-guard.test.ts',
      'apps/agent/src/gateway/upstreams/remote-names.test.ts',
    ],
  },
  {
    promise: 'Requests cannot be smuggled',
    proof: ['apps/platform/src/broker/edge/smuggling.test.ts', 'apps/agent/src/gateway/http/hostile.test.ts'],
  },
  {
    promise: 'HTTP/2 Rapid Reset',
    proof: ['apps/agent/src/gateway/http/http2-reset.test.ts'],
    missing: 'memory at 10,000 resets a second',
  },
  {
    promise: 'Slow clients hold nothing for ever',
    proof: ['apps/agent/src/gateway/http/hostile.test.ts'],
    missing: '10,000 of them at once',
  },
  { promise: 'WebSockets of tunnels follow RFC 6455', proof: ['shared/tunnel/src/websocket/accept.test.ts'] },
  {
    promise: 'Credentials of agents rotate, and end at once when revoked',
    proof: ['apps/platform/src/agents/link/credentials.test.ts'],
    missing: 'a bar of 5 s',
  },
  {
    promise: 'An agent speaks for its own cluster only',
    proof: [
      'apps/platform/src/agents/link/credentials.test.ts',
      'apps/platform/src/auth/authorisation-matrix.test.ts',
    ],
  },
  {
    promise: 'Keys are stored as hashes, and have a checksum for leak scanners',
    proof: [],
    missing: 'the code hashes and has checksums; no test is named for it yet',
  },
  {
    promise: 'OpenID Connect with PKCE, nonce and state',
    proof: ['apps/agent/src/gateway/auth/oidc.test.ts', 'apps/agent/src/gateway/auth/key-sets.test.ts'],
  },
  {
    promise: 'Deprovisioning by SCIM ends sessions and keys',
    proof: ['apps/platform/src/scim/scim.test.ts'],
    missing: 'a gateway that is asked with the key within 60 s; sessions of members and their tokens',
  },
  {
    promise: 'No secret is in a million generated log lines',
    proof: ['test/src/fuzz/redaction.ts', 'shared/process/src/redaction.test.ts'],
    figure: '1,000,000 lines, 0 secrets (2026-12-01, `npm run fuzz -- --minutes 5 --seed 11`)',
  },
  {
    promise: 'The desktop app follows the security list of Electron',
    proof: ['apps/desktop/src/main/security/security.test.ts'],
  },
  {
    promise: 'Sign-ins are kept in the keychain',
    proof: ['shared/contexts/src/config.test.ts'],
    missing: 'a real keychain on each system',
  },
  { promise: 'Updates are verified', proof: [], missing: 'the desktop app does not update itself' },
  {
    promise: 'Names cannot control the terminal',
    proof: ['apps/tui/src/terminal/text.test.ts', 'apps/tui/src/cli/output.test.ts'],
  },
  {
    promise: 'Pods run under the Pod Security Standard restricted',
    proof: ['test/src/kubernetes/charts/rendering.cluster.test.ts'],
  },
  {
    promise: 'The agent has the rights of the table and no more',
    proof: ['test/src/kubernetes/rights.cluster.test.ts'],
  },
  { promise: 'Network policies deny by default', proof: [], missing: 'not tried in a cluster' },
  {
    promise: 'Releases are reproducible, with materials and provenance',
    proof: ['test/src/release/release.test.ts'],
    figure: '2026-12-01, `npm run release -- --only chart-agent,chart-platform,sources --twice`: equal',
    missing: 'signatures; images',
  },
  {
    promise: 'Readers survive what is thrown at them',
    proof: [
      'test/src/fuzz/fuzz.test.ts',
      'test/src/fuzz/main.ts',
      'test/src/chaos/fuzz.ts',
      'shared/tunnel/src/session/fuzz.test.ts',
    ],
    figure: '152,100 inputs for nine readers, 0 faults (2026-12-01, `npm run fuzz -- --minutes 5 --seed 11`)',
  },
  {
    promise: 'Bombs of YAML are bounded',
    proof: ['shared/resources/src/manifests/yaml.test.ts', 'apps/agent/src/portal/hostile-documents.test.ts'],
  },
  {
    promise: 'Dependencies are checked for vulnerabilities without a network',
    proof: ['test/src/release/release.test.ts'],
    missing: 'no copy of the database has been compared yet',
  },
];
