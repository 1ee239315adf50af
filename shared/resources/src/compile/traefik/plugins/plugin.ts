import type { z } from 'zod';
import type { MiddlewareSpec } from '../../../model/middleware.ts';
import type { PolicySpec } from '../../../model/policy.ts';
import type { Reader } from '../../reader.ts';
import type { Fault, Resolved } from '../../unit.ts';
import { warnWithoutEffect } from '../unsupported.ts';
import { optionFaults, withKnownNames, withSecrets } from './options.ts';

/** A middleware of Traefik Hub's API gateway, which a Middleware configures under `spec.plugin`. */
export interface Plugin {
  /** As its reference page spells it. */
  readonly name: string;
  /** Returns what is wrong with options by themselves. */
  judge(options: unknown): readonly Fault[];
  compile(options: unknown, reader: Reader): Resolved<MiddlewareSpec>;
}

interface PluginDefinition<T> {
  readonly name: string;
  readonly shape: z.ZodType<T>;
  /** Returns faults that the shape cannot express; `path` is that of the options. */
  judge?(options: T, path: string): readonly Fault[];
  compile(options: T, reader: Reader): Resolved<MiddlewareSpec>;
}

/** Returns a plugin whose functions share the type of its options. */
export function definePlugin<T>({ name, shape, judge, compile }: PluginDefinition<T>): Plugin {
  const path = `spec.plugin.${name}`;
  // A plugin without options may be written `name:`.
  const named = (options: unknown): unknown => withKnownNames(shape, options ?? {});
  return {
    name,
    judge(options) {
      const parsed = shape.safeParse(named(options));
      return parsed.success ? (judge?.(parsed.data, path) ?? []) : optionFaults(shape, named(options), path);
    },
    compile(options, reader) {
      const resolved = withSecrets(named(options), reader);
      if (!resolved.ok) return resolved;
      warnWithoutEffect(reader, shape, named(options), path);
      const [fault] = optionFaults(shape, resolved.value, path);
      if (fault !== undefined)
        return { ok: false, reason: `${fault.field}: ${fault.message}`, fix: 'correct it' };
      return compile(shape.parse(resolved.value), reader);
    },
  };
}

/** Returns the middleware that enforces a policy at its place among others. */
export function policyMiddleware(policy: Resolved<PolicySpec>, reader: Reader): Resolved<MiddlewareSpec> {
  if (!policy.ok) return policy;
  return {
    ok: true,
    value: { kind: 'policy', policy: policy.value, ...(reader.isRemote ? { isRemote: true } : {}) },
  };
}

/** Returns why an option cannot be served. */
export function refused(option: string, why: string, fix: string): Resolved<never> {
  return { ok: false, reason: `${option} is not supported: ${why}`, fix };
}
