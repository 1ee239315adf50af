import type { MiddlewareSpec } from '../../../model/middleware.ts';
import type { Reader } from '../../reader.ts';
import type { Fault, Resolved } from '../../unit.ts';
import { apiKeyPlugin, hmacPlugin, jwtPlugin, ldapPlugin } from './auth-plugins.ts';
import { clientCredentialsPlugin, introspectionPlugin } from './oauth-plugins.ts';
import { oidcPlugin } from './oidc-plugin.ts';
import type { Plugin } from './plugin.ts';
import { distributedRateLimitPlugin, httpCachePlugin } from './traffic-plugins.ts';

/** The middlewares of Traefik Hub's API gateway that are served. */
const PLUGINS: readonly Plugin[] = [
  apiKeyPlugin,
  jwtPlugin,
  oidcPlugin,
  introspectionPlugin,
  clientCredentialsPlugin,
  ldapPlugin,
  hmacPlugin,
  httpCachePlugin,
  distributedRateLimitPlugin,
];

type PluginOptions = Readonly<Record<string, unknown>>;

/** Returns what is wrong with the options under `spec.plugin` by themselves. */
export function pluginFaults(plugin: PluginOptions): readonly Fault[] {
  const names = Object.keys(plugin);
  if (names.length !== 1) {
    const message = names.length === 0 ? 'names no plugin' : `names several plugins: ${names.join(', ')}`;
    return [
      {
        code: 'invalid',
        field: 'spec.plugin',
        message,
        fix: 'configure exactly one plugin per Middleware, and combine them with chain',
      },
    ];
  }
  return Object.entries(plugin).flatMap(([name, options]) => findPlugin(name)?.judge(options) ?? []);
}

/** Compiles the one plugin of a Middleware; refuses one that is not served by its name. */
export function compilePlugin(plugin: PluginOptions, reader: Reader): Resolved<MiddlewareSpec> {
  const [name = '', options] = Object.entries(plugin)[0] ?? [];
  const found = findPlugin(name);
  if (found !== undefined) return found.compile(options, reader);
  return {
    ok: false,
    reason: `plugin "${name}" is not served: Go code for Traefik does not run here`,
    fix: `use one of ${PLUGINS.map((known) => known.name).join(', ')}, or another middleware that does the same`,
  };
}

/** Names of plugins are keys, which Traefik's configuration compares without case. */
function findPlugin(name: string): Plugin | undefined {
  return PLUGINS.find((known) => known.name.toLowerCase() === name.toLowerCase());
}
