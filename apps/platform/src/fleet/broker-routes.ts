import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { z } from 'zod';
import {
  authenticateRequest,
  authenticateResponse,
  BROKERS_PATH,
  brokerRegistration,
  sessionsReport,
  sessionsVerdict,
} from '@portolan/contract/broker-link';
import { AppError, notFound } from '../app-error.ts';
import { readBody } from '../http/body.ts';
import type { Api } from '../platform.ts';
import { authenticateDials } from './authenticate-dials.ts';
import { findIncarnation, renewLease } from './broker-store.ts';
import type { DirectoryStreams } from './directory-streams.ts';
import { receiveReport, register, takeDown } from './fleet-state.ts';

const REPORT_BYTES_MAX = 64 * 1024 * 1024;

/** Serves what brokers call, under the broker secret. */
export function mountBrokerRoutes(api: Api, streams: DirectoryStreams): void {
  const { app, db, log } = api;
  const path = `${BROKERS_PATH}/:id`;
  app.use(`${BROKERS_PATH}/*`, async (c, next) => {
    requireBrokerSecret(c.req.header('authorization'), api.brokerSecret);
    await next();
  });
  app.post(BROKERS_PATH, async (c) => {
    const registration = await read(c, brokerRegistration);
    await register(db, registration);
    log.info({ event: 'broker.registered', broker: registration.id, region: registration.region });
    return c.body(null, 204);
  });
  app.post(`${path}/authenticate`, async (c) => {
    const { dials } = await read(c, authenticateRequest);
    const verdicts = await authenticateDials(db, c.req.param('id'), dials);
    return c.json(authenticateResponse.parse({ verdicts }));
  });
  app.put(`${path}/lease`, async (c) => {
    const id = c.req.param('id');
    streams.recordHeartbeat(id);
    if (!(await renewLease(db, id))) throw notFound(`registered broker ${id}`);
    return c.body(null, 204);
  });
  app.put(`${path}/sessions`, async (c) => {
    const report = await read(c, sessionsReport);
    return c.json(sessionsVerdict.parse(await receiveReport(db, c.req.param('id'), report)));
  });
  app.get(`${path}/directory`, async (c) => {
    const id = c.req.param('id');
    const incarnation = await findIncarnation(db, id);
    if (incarnation === null) throw notFound(`registered broker ${id}`);
    const stream = streams.follow(id, () => {
      // The stream ends when the broker dies: its connection is the fastest news of that there is.
      takeDown(db, { id, incarnation })
        .then(
          (gone) =>
            gone.length > 0 && log.warn({ event: 'broker.down', broker: id, reason: 'connection ended' }),
        )
        .catch((error: unknown) =>
          log.error({ event: 'broker.down-not-stored', broker: id, error: String(error) }),
        );
    });
    return c.body(stream, 200, { 'content-type': 'application/x-ndjson' });
  });
}

/** Compared by digest: in constant time, whatever the length. */
export function requireBrokerSecret(authorization: string | undefined, secret: string): void {
  const given = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (timingSafeEqual(digest(given), digest(secret))) return;
  throw new AppError('invalid-token', 'This is for brokers, and the broker secret is wrong.', {
    fix: 'Give the broker the secret file of this platform.',
  });
}

async function read<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  const bytes = await readBody(c, REPORT_BYTES_MAX);
  try {
    return schema.parse(JSON.parse(bytes.toString()));
  } catch (cause) {
    throw new AppError('invalid-request', 'The broker sent what this platform does not understand.', {
      fix: 'Run platform and brokers in the same version.',
      cause,
    });
  }
}
