import type { HealthCheck, ServiceTarget, StickyCookie } from '../model/service.ts';

/** How to speak to a Service, as far as somebody has said so. */
export interface ServiceSettings {
  readonly scheme?: ServiceTarget['scheme'];
  readonly passHostHeader?: boolean;
  readonly sticky?: StickyCookie;
  /** Name in the Service's namespace, or `namespace-name@kubernetescrd`. */
  readonly serversTransport?: string;
  readonly healthCheck?: HealthCheck;
}

const PREFIX = 'traefik.ingress.kubernetes.io/service.';

/** Reads the `traefik.ingress.kubernetes.io/service.*` annotations of a Service. */
export function serviceSettings(annotations: Readonly<Record<string, string>>): ServiceSettings {
  const value = (name: string): string | undefined => annotations[`${PREFIX}${name}`];
  const scheme = schemeNamed(value('serversscheme'));
  const serversTransport = value('serverstransport');
  const passHostHeader = value('passhostheader');
  const sticky = value('sticky.cookie') === 'true' ? stickyOf(value) : undefined;
  return {
    ...(scheme === undefined ? {} : { scheme }),
    ...(passHostHeader === undefined ? {} : { passHostHeader: passHostHeader !== 'false' }),
    ...(serversTransport === undefined ? {} : { serversTransport }),
    ...(sticky === undefined ? {} : { sticky }),
  };
}

/** The schemes an upstream can be spoken to with. */
export function schemeNamed(text: string | undefined): ServiceTarget['scheme'] | undefined {
  return text === 'http' || text === 'https' || text === 'h2c' ? text : undefined;
}

/** Cookie name when none is given. */
export const DEFAULT_STICKY_NAME = '_portolan_sticky';

function stickyOf(value: (name: string) => string | undefined): StickyCookie {
  const sameSite = value('sticky.cookie.samesite');
  const maxAge = Number(value('sticky.cookie.maxage'));
  return {
    name: value('sticky.cookie.name') ?? DEFAULT_STICKY_NAME,
    secure: value('sticky.cookie.secure') === 'true',
    httpOnly: value('sticky.cookie.httponly') === 'true',
    ...(sameSite === 'none' || sameSite === 'lax' || sameSite === 'strict' ? { sameSite } : {}),
    ...(Number.isInteger(maxAge) && maxAge > 0 ? { maxAgeSeconds: maxAge } : {}),
  };
}
