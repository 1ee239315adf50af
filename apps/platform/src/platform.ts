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
import type { Mailer } from './mailer.ts';
import type { CompiledClusters } from './resources/compiled-clusters.ts';
import type { Sealer } from './secrets/seal.ts';

/** Services that all capabilities use. */
export interface Platform {
  readonly config: Config;
  readonly log: Logger;
  readonly db: Database;
  readonly changes: ChangeFeed;
  /** Encrypts secrets for the database. */
  readonly sealer: Sealer;
  /** Sends requests to addresses that tenants choose. */
  readonly outbound: Outbound;
  /** Null when no mail server is configured. */
  readonly mailer: Mailer | null;
  /** Secret that brokers authenticate with. */
  readonly brokerSecret: string;
  /** Compiled models of clusters. */
  readonly compiledClusters: CompiledClusters;
  /** Authenticated connections of agents. */
  readonly agentSockets: AgentSockets;
}

/** Platform to which capabilities add their routes. */
export interface Api extends Platform {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  /** All mounted routes, for the OpenAPI document and the authorisation matrix. */
  readonly routes: RouteDefinition[];
}

/** Periodic job. Runs never overlap; failures are logged as `NAME-failed`. */
export interface Job {
  /** Name in the form `noun.verb`. */
  readonly name: string;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<unknown>;
}

/** Part of the platform, created once per process. */
export interface Capability {
  /** Mounts the routes. */
  routes?(api: Api): void;
  readonly jobs?: readonly Job[];
  /** Called when all routes are mounted, before the server listens. */
  start?(server: Server): void;
  close?(): Promise<void> | void;
}

export type CreateCapability = (platform: Platform) => Capability;
