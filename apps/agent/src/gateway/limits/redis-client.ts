import type { RedisSettings } from '@portolan/resources/model/redis-settings';
import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** A connection to one server, whether its address is fixed or sentinels tell it, or to a cluster of them. */
export type RedisClient = Redis | Cluster;

const COMMAND_TIMEOUT_MS = 1000;
const CONNECT_TIMEOUT_MS = 2000;

/** Opens a connection to what a URL or settings name. It reconnects by itself; commands fail at once while it is away. */
export function openRedis(place: string | RedisSettings): RedisClient {
  if (typeof place === 'string') return new Redis(place, COMMON);
  const { endpoints, sentinel, database, isCluster } = place;
  const options = { ...COMMON, ...credentialsOf(place), commandTimeout: place.timeoutMs };
  const nodes = endpoints.map(nodeOf);
  if (sentinel !== null) {
    return new Redis({
      ...options,
      db: database,
      sentinels: nodes,
      name: sentinel.masterSet,
      ...(sentinel.username === null ? {} : { sentinelUsername: sentinel.username }),
      ...(sentinel.password === null ? {} : { sentinelPassword: sentinel.password }),
      ...(options.tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: options.tls }),
      sentinelRetryStrategy: retryDelay,
    });
  }
  // Several servers without sentinels can only be a cluster, as Go's client takes it too.
  if (isCluster || nodes.length > 1) {
    return new Cluster(nodes, {
      enableOfflineQueue: false,
      clusterRetryStrategy: retryDelay,
      redisOptions: options,
    });
  }
  return new Redis({ ...options, ...nodes[0], db: database });
}

const COMMON = {
  // A request must not wait for a store that is away.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: COMMAND_TIMEOUT_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
  retryStrategy: retryDelay,
} satisfies RedisOptions;

function retryDelay(times: number): number {
  return Math.min(100 * 2 ** Math.min(times, 6), 5000);
}

type Credentials = Pick<RedisOptions, 'username' | 'password' | 'tls'>;

function credentialsOf({ username, password, tls }: RedisSettings): Credentials {
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(tls === null
      ? {}
      : {
          tls: {
            rejectUnauthorized: !tls.insecureSkipVerify,
            ...(tls.ca === null ? {} : { ca: tls.ca }),
            ...tls.certificate,
          },
        }),
  };
}

function nodeOf(endpoint: string): { host: string; port: number } {
  const colon = endpoint.lastIndexOf(':');
  return { host: endpoint.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(endpoint.slice(colon + 1)) };
}
