import type { ChallengeZoneConfig } from '../../acme-dns-config.ts';
import type { Outbound } from '../../http/outbound.ts';
import { cloudflarePublisher } from './cloudflare.ts';
import { rfc2136Publisher } from './rfc2136.ts';
import { route53Publisher } from './route53.ts';
import type { TextPublisher } from './text-publisher.ts';

/** Opens the publisher for a zone; null for one that brokers answer for. */
export function openPublisher(config: ChallengeZoneConfig, outbound: Outbound): TextPublisher | null {
  switch (config.provider) {
    case 'broker':
      return null;
    case 'rfc2136':
      return rfc2136Publisher(config);
    case 'cloudflare':
      return cloudflarePublisher(config, outbound);
    case 'route53':
      return route53Publisher(config, outbound);
  }
}
