import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { guardListener } from '@portolan/process/guard-listener';
import type { AccessPolicy } from '@portolan/resources/model/policy';
import { policyStage } from '../auth/policy-stage.ts';
import { Exchange, type Stage } from '../exchange/exchange.ts';
import { refusedStatus } from '../http/refusal.ts';
import { emptyReply, INTERNAL_ERROR, NOT_FOUND } from '../http/reply.ts';
import { parseRequestTarget } from '../http/request-target.ts';
import type { FindPolicy, ListenAddress } from '../options.ts';
import { runPipeline, runStages } from '../pipeline.ts';
import type { RoutingTable } from '../routing-table.ts';
import type { GatewayRuntime, OnDone } from '../runtime.ts';
import { readSubrequest, type Subrequest } from './subrequest.ts';

const NOT_COUNTED: OnDone = () => undefined;

/** Lets the request pass: the fields that stages have set go into the response, for the proxy that asks to copy. */
const allow: Stage = {
  onRequest: ({ headerEdits }) =>
    emptyReply(
      200,
      [...(headerEdits ?? [])].flatMap(([, edit]) =>
        edit === null ? [] : edit.values.flatMap((value) => [edit.name, value]),
      ),
    ),
};

/**
 * Serves proxies that ask whether a request may pass (Traefik's ForwardAuth, NGINX's auth_request): `/policies/NAME` decides by an
 * AccessControlPolicy, `/routes` by everything that guards the route of the request in the model. 200 lets it pass, any other
 * response is for the client. A policy that does not exist refuses with 404.
 */
export class AuthService {
  readonly #runtime: GatewayRuntime;
  readonly #table: () => RoutingTable;
  readonly #findPolicy: FindPolicy;
  readonly #server: Server;
  /** Stages keep what they fetched, as long as their policy is the same. */
  readonly #stages = new WeakMap<AccessPolicy, readonly Stage[]>();

  constructor(runtime: GatewayRuntime, table: () => RoutingTable, findPolicy: FindPolicy) {
    this.#runtime = runtime;
    this.#table = table;
    this.#findPolicy = findPolicy;
    const { limits, logger } = runtime;
    this.#server = createServer({
      maxHeaderSize: limits.targetBytesMax + limits.headerBytesMax,
      headersTimeout: limits.headersTimeoutMs,
      // Node.js refuses one that ends before that of the headers.
      requestTimeout: Math.max(limits.stallTimeoutMs, limits.headersTimeoutMs),
      keepAliveTimeout: limits.keepAliveTimeoutMs,
    });
    const begin = (req: IncomingMessage, res: ServerResponse): void => this.#begin(req, res);
    this.#server.on(
      'request',
      guardListener(begin, (error, { socket }: IncomingMessage) => {
        logger.error({ event: 'auth-service.fault', err: error }, 'a question about a request failed');
        socket.destroy();
      }),
    );
  }

  async listen({ host, port }: ListenAddress): Promise<AddressInfo> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    return this.#server.address() as AddressInfo;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), 1_000);
    await closed;
    clearTimeout(timer);
  }

  #begin(req: IncomingMessage, res: ServerResponse): void {
    const refusal = refusedStatus(req, this.#runtime.limits);
    const subrequest = refusal === 0 ? readSubrequest(req) : null;
    const target = subrequest === null ? null : parseRequestTarget(req.url ?? '', req.method);
    if (subrequest === null || target === null) {
      res.writeHead(refusal || 400).end();
      return;
    }
    const table = this.#table();
    const exchange = new Exchange({ req, res }, subrequest.client, target, table);
    if (subrequest.question.kind === 'route') {
      const { onDone } = this.#runtime;
      runPipeline(
        exchange,
        { router: table.router, planFor: (route) => allowing(table.planFor(route)) },
        onDone,
      );
    } else runStages(exchange, this.#policyStages(subrequest.question), NOT_COUNTED);
  }

  #policyStages({ name }: Extract<Subrequest['question'], { kind: 'policy' }>): readonly Stage[] {
    const policy = this.#findPolicy(name);
    if (policy === null) return [{ onRequest: () => NOT_FOUND }];
    let stages = this.#stages.get(policy);
    if (stages === undefined) {
      stages = this.#compile(policy);
      this.#stages.set(policy, stages);
    }
    return stages;
  }

  #compile(policy: AccessPolicy): readonly Stage[] {
    try {
      return [policyStage(policy, this.#runtime), allow];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#runtime.logger.error(
        { event: 'policy.closed', object: policy.source.key, reason },
        `requests that the policy guards are refused: ${reason}`,
      );
      return [{ onRequest: () => INTERNAL_ERROR }];
    }
  }
}

function allowing({ stages }: { readonly stages: readonly Stage[] }): { readonly stages: readonly Stage[] } {
  return { stages: [...stages, allow] };
}
