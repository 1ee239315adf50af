import type { TunnelEndpoint } from '@portolan/contract/agent';
import type { Gateway } from '../gateway/gateway.ts';
import type { AgentLogger } from '../logs/logger.ts';
import type { Uplink, UplinkRequest, UplinkResponse } from './uplink.ts';

export class Tunnels implements Uplink {
  readonly live = 0;
  constructor(_options: { token: string; wanted: number; gateway: Gateway; log: AgentLogger }) {}
  reconcile(_endpoints: readonly TunnelEndpoint[]): void {}
  request(_request: UplinkRequest): Promise<UplinkResponse> {
    return Promise.reject(new Error('no tunnel is live'));
  }
  async close(): Promise<void> {}
}
