import { z } from 'zod';
import { durationOrSeconds } from '../../../kinds/shape.ts';
import type { RedisSettings } from '../../../model/redis-settings.ts';
import type { Resolved } from '../../unit.ts';
import { durationMs } from '../duration.ts';
import { certificateOf } from './client-config.ts';
import { flag, text, texts, wholeNumber } from './options.ts';

/** How a middleware names a Redis, a cluster of them, or sentinels. */
export const redisShape = z.looseObject({
  endpoints: texts,
  username: text.optional(),
  password: text.optional(),
  database: wholeNumber.optional(),
  cluster: z.unknown().optional(),
  timeout: durationOrSeconds.optional(),
  tls: z
    .looseObject({
      caBundle: text.optional(),
      cert: text.optional(),
      key: text.optional(),
      insecureSkipVerify: flag.optional(),
    })
    .optional(),
  sentinel: z
    .looseObject({ masterSet: text, username: text.optional(), password: text.optional() })
    .optional(),
});

const ENDPOINT = /^(?:\[[0-9A-Fa-f:.]+\]|[^\s:/@[\]]+):\d{1,5}$/;

/** Reads the settings of a Redis; `option` is what messages call them. */
export function readRedis(
  redis: z.infer<typeof redisShape> | undefined,
  option: string,
): Resolved<RedisSettings> {
  const endpoints = redis?.endpoints ?? [];
  if (redis === undefined || endpoints.length === 0)
    return {
      ok: false,
      reason: `${option} names no endpoint`,
      fix: 'list endpoints such as redis.default.svc:6379',
    };
  if (!endpoints.every((endpoint) => ENDPOINT.test(endpoint)))
    return {
      ok: false,
      reason: `${option}.endpoints has an entry that is not HOST:PORT`,
      fix: 'write for instance redis.default.svc:6379',
    };
  const { tls, sentinel } = redis;
  const certificate = certificateOf(tls?.cert, tls?.key, `${option}.tls`);
  if (!certificate.ok) return certificate;
  return {
    ok: true,
    value: {
      endpoints,
      username: redis.username || null,
      password: redis.password || null,
      database: redis.database ?? 0,
      // Written `cluster: {}` in examples, `cluster: true` in the table.
      isCluster: redis.cluster !== undefined && redis.cluster !== false && redis.cluster !== null,
      timeoutMs: durationMs(redis.timeout, 1000) || 1000,
      tls:
        tls === undefined
          ? null
          : {
              ca: tls.caBundle || null,
              certificate: certificate.value,
              insecureSkipVerify: tls.insecureSkipVerify ?? false,
            },
      sentinel:
        sentinel === undefined
          ? null
          : {
              masterSet: sentinel.masterSet,
              username: sentinel.username || null,
              password: sentinel.password || null,
            },
    },
  };
}
