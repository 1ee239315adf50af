import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sentTimestamp, timestamp } from '@portolan/contract/list';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readSourceTree, ROOT } from './source-tree.ts';

const files = readSourceTree()
  .map(({ path, modules }) => ({ path, modules, text: readFileSync(join(ROOT, path), 'utf8') }))
  .filter(({ path }) => /^(?:apps|shared)\//.test(path) && !path.includes('/testing/'));

/** Returns the files that match a pattern, but for those that may; and those that may, but no longer do. */
function strangers(pattern: RegExp, among: RegExp, allowed: readonly string[]): string[] {
  const found = files
    .filter(({ path, text }) => among.test(path) && pattern.test(text))
    .map(({ path }) => path);
  return [
    ...found.filter((path) => !allowed.includes(path)),
    ...allowed.filter((path) => !found.includes(path)).map((path) => `${path} need not be listed`),
  ];
}

describe('received text', () => {
  // Each parses within a boundary that turns an error into a refusal, or text that Portolan wrote itself. A new file belongs here
  // once it does.
  const PARSES_JSON = [
    'apps/agent/src/cluster-control/shared-state/sealing.ts',
    'apps/agent/src/gateway/auth/client-credentials.ts',
    'apps/agent/src/gateway/auth/introspection.ts',
    'apps/agent/src/gateway/auth/key-set.ts',
    'apps/agent/src/gateway/openapi/document-problems.ts',
    'apps/agent/src/gateway/openapi/filter-document.ts',
    'apps/agent/src/gateway/openapi/find-operation.ts',
    'apps/agent/src/kept-file.ts',
    'apps/agent/src/kubernetes/admission/admission-server.ts',
    'apps/agent/src/kubernetes/admission/authority-ring.ts',
    'apps/agent/src/kubernetes/client/api-error.ts',
    'apps/agent/src/kubernetes/client/kube-client.ts',
    'apps/agent/src/kubernetes/client/list-items.ts',
    'apps/agent/src/kubernetes/client/watch-event.ts',
    'apps/agent/src/metrics/spool.ts',
    'apps/agent/src/platform/certificates/certificate-files.ts',
    'apps/agent/src/platform/link/credential-store.ts',
    'apps/agent/src/platform/reports/log-report.ts',
    'apps/agent/src/platform/state/desired-journal.ts',
    'apps/agent/src/platform/uplink/uplink.ts',
    'apps/agent/src/portal/catalogue/document.ts',
    'apps/agent/src/portal/pages/try-form.ts',
    'apps/agent/src/portal/json.ts',
    'apps/platform/src/acme-config.ts',
    'apps/platform/src/acme-dns-config.ts',
    'apps/platform/src/agents/desired-state/desired-store.ts',
    'apps/platform/src/agents/desired-state/key-table.ts',
    'apps/platform/src/backup/read-backup.ts',
    'apps/platform/src/bootstrap.ts',
    'apps/platform/src/broker/peer/server.ts',
    'apps/platform/src/broker/snapshot.ts',
    'apps/platform/src/certificates/acme/acme-client.ts',
    'apps/platform/src/certificates/dns/cloudflare.ts',
    'apps/platform/src/certificates/shared-authority.ts',
    'apps/platform/src/db/canonical-json.ts',
    'apps/platform/src/db/create-schema-as.ts',
    'apps/platform/src/db/migrate.ts',
    'apps/platform/src/http/input.ts',
    'apps/platform/src/identity/issuer/payload-store.ts',
    'apps/platform/src/identity/issuer/secrets.ts',
    'apps/platform/src/lists/list-page.ts',
    'apps/platform/src/providers/connectors/provider-http.ts',
    'apps/platform/src/resources/openapi/store.ts',
    // A value in a filter of RFC 7644 is a JSON literal.
    'apps/platform/src/scim/filter.ts',
    'apps/platform/src/why/caller.ts',
    'apps/platform/src/workspaces/settings/api-auth-store.ts',
    'apps/platform/src/workspaces/settings/check-api-auth.ts',
    'shared/console/src/live/watch-topics.ts',
    'shared/contexts/src/credentials.ts',
    'shared/contexts/src/kept-token.ts',
    'shared/contract/src/client.ts',
    'shared/local-system/src/parts.ts',
    'shared/process/src/json-lines.ts',
    'shared/resources/src/manifests/load-document.ts',
    'shared/tunnel/src/session/typed-streams.ts',
    'shared/tunnel/src/websocket/dial-error.ts',
  ];

  it('is parsed as JSON by these files of servers and shared packages alone', () => {
    expect(strangers(/\bJSON\.parse\(/, /^(?:apps\/(?:agent|platform)|shared)\//, PARSES_JSON)).toEqual([]);
  });
});

describe('header fields', () => {
  const NAMES =
    /'(?:connection|keep-alive|proxy-connection|transfer-encoding|te|trailer|upgrade|content-length|content-encoding|x-forwarded-(?:for|host|proto|port|prefix)|x-real-ip|forwarded|authorization|cookie)'/gi;
  const LIST = new RegExp(`${NAMES.source}\\s*,\\s*${NAMES.source}\\s*,\\s*${NAMES.source}`, 'i');

  it('have one table, which every list of them asks', () => {
    expect(strangers(LIST, /^apps\/agent\/src\/gateway\//, [])).toEqual([]);
  });
});

describe('addresses', () => {
  const DIALS =
    /import \{[^}]*\b(?:request|connect|fetch|Agent|Pool|Client|ProxyAgent)\b[^}]*\} from '(?:node:(?:http|https|http2|net|tls)|undici)'|(?<![\w.#])fetch\(/;
  // The guard of tenants' addresses is in `outbound.ts`, `webhook.ts` and `tls-trial.ts` of the platform, in `auxiliary-client.ts`,
  // `fetch-document.ts`, `logos.ts`, `upstream.ts`, `send-with-node-http.ts` and `health-checks.ts` of the agent; the others dial addresses of
  // the installation itself, `transport.ts` the authority and `rfc2136.ts` the name server that its operator names. `relay.ts` dials the gateway in its own process, in memory; `code.ts` writes programs that dial.
  const DIALLING = [
    'apps/agent/src/gateway/http/auxiliary-client.ts',
    'apps/agent/src/gateway/openapi/fetch-document.ts',
    'apps/agent/src/gateway/tls/tls-relay.ts',
    'apps/agent/src/gateway/upstreams/health-checks.ts',
    'apps/agent/src/gateway/upstreams/http2-sessions.ts',
    'apps/agent/src/gateway/upstreams/send-with-node-http.ts',
    'apps/agent/src/gateway/upstreams/upstream.ts',
    'apps/agent/src/kubernetes/client/transport.ts',
    'apps/agent/src/kubernetes/preflight/cluster-checks.ts',
    'apps/agent/src/platform/tunnels/uplink-pool.ts',
    'apps/agent/src/platform/uplink/secure-stream.ts',
    'apps/agent/src/platform/uplink/uplink.ts',
    'apps/agent/src/portal/logos.ts',
    'apps/agent/src/portal/samples/code.ts',
    'apps/agent/src/portal/try-it/relay.ts',
    'apps/platform/src/broker/agent-relay.ts',
    'apps/platform/src/broker/peer/client.ts',
    'apps/platform/src/broker/platform-client.ts',
    'apps/platform/src/certificates/acme/transport.ts',
    'apps/platform/src/certificates/dns/rfc2136.ts',
    'apps/platform/src/http/outbound.ts',
    'apps/platform/src/notifications/webhook.ts',
    'apps/platform/src/providers/connectors/tls-trial.ts',
  ];

  it('are dialled by these files of platform and agent alone', () => {
    expect(strangers(DIALS, /^apps\/(?:platform|agent)\/src\//, DIALLING)).toEqual([]);
  });
});

describe('text', () => {
  // Programs print their own messages and credentials here; everything else goes through the log or the terminal's output.
  const PRINTS = [
    'apps/agent/src/main.ts',
    // Writes programs that print.
    'apps/agent/src/portal/samples/code.ts',
    'apps/desktop/src/main/main.ts',
    'apps/platform/src/backup/run-backup.ts',
    'apps/platform/src/backup/run-restore.ts',
    'apps/platform/src/broker/print-credential.ts',
    'apps/platform/src/certificates/run-acme.ts',
    'apps/platform/src/certificates/simulation/main.ts',
    'apps/platform/src/fleet/simulation/main.ts',
    'apps/platform/src/secrets/run.ts',
    'apps/platform/src/telemetry/simulation/main.ts',
    'apps/tui/src/up/up.ts',
    'shared/process/src/run.ts',
  ];

  it('is printed by these files alone', () => {
    expect(
      strangers(/process\.std(?:out|err)\.write\(|\bconsole\.(?:log|error|warn)\(/, /./, PRINTS),
    ).toEqual([]);
  });
});

describe('bodies and queries of routes', () => {
  it('have no timestamps that cannot be stored', async () => {
    const contract = files.filter(({ path }) => path.startsWith('shared/contract/src/'));
    expect(hasSchema(z.object({ at: z.array(timestamp.nullable()) }), timestamp)).toBe(true);
    expect(hasSchema(z.object({ at: sentTimestamp }), timestamp)).toBe(false);
    const wrong: string[] = [];
    let routes = 0;
    for (const { path } of contract) {
      const exported = (await import(join(ROOT, path))) as Record<string, unknown>;
      for (const [name, value] of Object.entries(exported)) {
        routes += Number(isRoute(value));
        const parts = isRoute(value) ? [value.body, value.query, value.params] : [];
        if (parts.some((part) => part !== undefined && hasSchema(part, timestamp)))
          wrong.push(`${path} ${name}`);
      }
    }
    expect(routes).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  interface Route {
    readonly body?: z.ZodType;
    readonly query?: z.ZodType;
    readonly params?: z.ZodType;
  }

  function isRoute(value: unknown): value is Route {
    return typeof value === 'object' && value !== null && 'method' in value && 'permission' in value;
  }

  /** Returns whether a schema is, or contains, another. */
  function hasSchema(schema: unknown, wanted: z.ZodType, seen = new Set<unknown>()): boolean {
    if (schema === wanted) return true;
    if (typeof schema !== 'object' || schema === null || seen.has(schema)) return false;
    seen.add(schema);
    const inner =
      schema instanceof z.ZodType
        ? [schema.def, 'shape' in schema ? schema.shape : null]
        : Object.values(schema);
    return inner.some((part) => hasSchema(part, wanted, seen));
  }
});
