import type { Server } from 'node:http';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import type { HttpBindings } from '@hono/node-server';
import type { RouteDefinition } from '@portolan/contract/route';
import type { AgentSockets } from './auth/agents.ts';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import type { ChangeFeed } from './db/change-feed.ts';
import type { Outbound } from './http/outbound.ts';
import type { Mailer } from './mail/mailer.ts';
import type { CompiledClusters } from './resources/compiled-clusters.ts';
import type { Sealer } from './secrets/seal.ts';

/** What every capability works with. */
export interface Platform {
  readonly config: Config;
  readonly log: Logger;
  readonly db: Database;
  readonly changes: ChangeFeed;
  /** Encrypts secrets at rest. */
  readonly sealer: Sealer;
  /** Sends requests at addresses that tenants choose. */
  readonly outbound: Outbound;
  /** Null where no mail server is configured. */
  readonly mailer: Mailer | null;
  /** Secret that brokers show. */
  readonly brokerSecret: string;
  /** Models of clusters as their gateways follow them. */
  readonly compiledClusters: CompiledClusters;
  /** Connections of agents. */
  readonly agentSockets: AgentSockets;
}

/** Where capabilities put their routes. */
export interface Api extends Platform {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  /** Every route mounted, for the OpenAPI document and the authorisation matrix. */
  readonly routes: RouteDefinition[];
}

/** Work beside requests, repeated. Runs of a job never overlap; one that fails is logged as `NAME-failed`. */
export interface Job {
  /** `noun.verb` */
  readonly name: string;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<unknown>;
}

/** A part of the platform, created once per process. */
export interface Capability {
  /** Registers its routes. */
  routes?(api: Api): void;
  readonly jobs?: readonly Job[];
  /** Called once every route is registered, before the server listens. */
  start?(server: Server): void;
  close?(): Promise<void> | void;
}

export type CreateCapability = (platform: Platform) => Capability;
