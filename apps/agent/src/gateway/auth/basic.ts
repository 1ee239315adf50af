import type { Exchange } from '../exchange/exchange.ts';
import { fieldText } from '../http/header-list.ts';
import { emptyReply, type Reply } from '../http/reply.ts';
import type { Stage } from '../exchange/exchange.ts';
import { parseHtpasswd, TooManyPasswordChecks } from './htpasswd.ts';
import { uncheckedReply } from './refusals.ts';

interface BasicSettings {
  readonly users: readonly string[];
  readonly realm: string;
  readonly removeHeader: boolean;
  readonly userHeader: string | null;
}

/** HTTP Basic authentication (RFC 7617), for the policy and the middleware of that name. */
export function basicStage(settings: BasicSettings): Stage {
  const htpasswd = parseHtpasswd(settings.users);
  const challenge = emptyReply(401, ['WWW-Authenticate', basicChallenge(settings.realm)]);
  return {
    async onRequest(exchange): Promise<Reply | undefined> {
      const credentials = readBasic(exchange);
      if (credentials === null) return challenge;
      try {
        if (!(await htpasswd.verify(credentials.name, credentials.password))) return challenge;
      } catch (error) {
        if (!(error instanceof TooManyPasswordChecks)) throw error;
        return uncheckedReply('Too many passwords are being checked.', 1);
      }
      if (settings.removeHeader) exchange.deleteRequestHeader('authorization');
      if (settings.userHeader !== null)
        exchange.setRequestHeader(settings.userHeader, fieldText(credentials.name));
      return undefined;
    },
  };
}

/** Returns the challenge for a name and password (RFC 7617 §2). */
export function basicChallenge(realm: string): string {
  return `Basic realm="${fieldText(realm).replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Returns the user name and password of a request; null without them. */
export function readBasic(exchange: Exchange): { name: string; password: string } | null {
  const match = /^basic +([A-Za-z0-9+/_=-]+) *$/i.exec(exchange.header('authorization') ?? '');
  if (match?.[1] === undefined) return null;
  const text = Buffer.from(match[1], 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
