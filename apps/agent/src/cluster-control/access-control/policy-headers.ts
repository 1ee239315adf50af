import { isRecord, type KubernetesObject } from '@portolan/resources/kinds/object';

/** Fields of requests and responses that a policy changes, as a proxy in front of the agent must copy them. */
export interface PolicyHeaders {
  /** Request fields for the upstream; one that the agent does not send is removed. */
  readonly toUpstream: readonly string[];
  /** Cookies for the client. */
  readonly cookies: readonly string[];
}

const NONE: PolicyHeaders = { toUpstream: [], cookies: [] };
/** Long sessions are split over several cookies. */
const COOKIE_PARTS = ['', '-1', '-2', '-3'];

/** Returns the fields that a policy changes; none of a policy that does not exist, which lets nothing pass. */
export function policyHeaders(policy: KubernetesObject | null): PolicyHeaders {
  const spec = policy?.spec;
  if (policy === null || !isRecord(spec)) return NONE;
  const { jwt, basicAuth, apiKey, oidc, oidcGoogle, oAuthIntro } = spec;
  if (isRecord(jwt)) return request(forwarded(jwt), stripped(jwt));
  if (isRecord(basicAuth)) return request(texts(basicAuth['forwardUsernameHeader']), stripped(basicAuth));
  if (isRecord(apiKey)) return request(forwarded(apiKey), headerOf(apiKey['keySource']));
  const signIn = isRecord(oidc) ? oidc : oidcGoogle;
  if (isRecord(signIn)) {
    const cookies = COOKIE_PARTS.map((part) => `${policy.metadata.name}-session${part}`);
    return { ...request(forwarded(signIn), ['Authorization', 'Cookie']), cookies };
  }
  if (isRecord(oAuthIntro)) return request(forwarded(oAuthIntro), headerOf(oAuthIntro['tokenSource']));
  return NONE;
}

function request(...fields: readonly (readonly string[])[]): PolicyHeaders {
  const byName = new Map(fields.flat().map((name) => [name.toLowerCase(), name]));
  return { toUpstream: [...byName.values()].toSorted(), cookies: [] };
}

function forwarded({ forwardHeaders }: Readonly<Record<string, unknown>>): readonly string[] {
  return isRecord(forwardHeaders) ? Object.keys(forwardHeaders) : [];
}

function stripped({ stripAuthorizationHeader }: Readonly<Record<string, unknown>>): readonly string[] {
  return stripAuthorizationHeader === true ? ['Authorization'] : [];
}

function headerOf(source: unknown): readonly string[] {
  return isRecord(source) ? texts(source['header']) : [];
}

function texts(value: unknown): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}
