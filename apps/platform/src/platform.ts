import type { Server } from 'node:http';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import type { HttpBindings } from '@hono/node-server';
import type { RouteDefinition } from '@portolan/contract/route';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import type { ChangeFeed } from './db/change-feed.ts';
import type { Mailer } from './mail/mailer.ts';
import type { Sealer } from './secrets/seal.ts';

/** What every capability works with. */
export interface Platform {
  readonly config: Config;
  readonly log: Logger;
  readonly db: Database;
  readonly changes: ChangeFeed;
  /** Encrypts secrets at rest. */
  readonly sealer: Sealer;
  /** Null where no mail server is configured. */
  readonly mailer: Mailer | null;
  /** Secret that brokers show. */
  readonly brokerSecret: string;
}

/** Where capabilities put their routes. */
export interface Api extends Platform {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  /** Every route mounted, for the OpenAPI document and the authorisation matrix. */
  readonly routes: RouteDefinition[];
}

/** A part of the platform that plugs in. */
export interface Capability {
  readonly name: string;
  mount?(api: Api): void;
  /** Starts what runs beside requests (timers, upgrade handlers); answers how to end it. */
  start?(platform: Platform, server: Server): { close(): Promise<void> | void };
}
