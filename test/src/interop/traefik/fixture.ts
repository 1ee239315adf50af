import type { KubernetesObject } from '@portolan/resources/kinds/object';

export type Field = readonly [name: string, value: string];

/** A server behind the gateway: `main` unless a manifest names another one. Roles that begin with `h2c` speak HTTP/2, `tls` HTTPS. */
export type Role = string;

/** A request, written to the connection as it is here. */
export interface Request {
  readonly method?: string;
  readonly target: string;
  readonly version?: '1.0';
  /** Host or authority; by default that of the fixture, null for none. */
  readonly host?: string | null;
  /** Fields beside Host and those that frame the body. */
  readonly headers?: readonly Field[];
  readonly body?: string;
  /** Sent in chunks, which trailers follow. */
  readonly trailers?: readonly Field[];
  readonly via?: 'http' | 'https' | 'h2' | 'h2c';
  /** Server name of the TLS handshake; by default the host. */
  readonly serverName?: string;
  /** The client shows a certificate that the fixture's authority signed. */
  readonly hasCertificate?: boolean;
  /** Comes from an address whose X-Forwarded-* fields are trusted. */
  readonly isTrusted?: boolean;
  /** Sends the cookies that earlier responses of the fixture set. */
  readonly keepsCookies?: boolean;
  /** Newest version of TLS that the client offers. */
  readonly tlsMax?: 'TLSv1.2';
  /** Sent that many times, one after the other; only statuses and numbers are compared then. */
  readonly times?: number;
  /** With `times`: all at once. */
  readonly isAtOnce?: boolean;
}

/** What a server responds with; by default 200 and the name of its role. */
export interface Behaviour {
  readonly status?: number;
  readonly headers?: readonly Field[];
  readonly body?: string;
  readonly trailers?: readonly Field[];
  /** Sent before the response. */
  readonly earlyHints?: string;
  /** Responds when the client has got so many responses to the others of its requests. */
  readonly waitsFor?: number;
  /** Closes the connection without a response, the first so many times. */
  readonly breaks?: number;
}

export interface Case {
  readonly request: Request;
  readonly behaviour?: Readonly<Record<Role, Behaviour>>;
}

/**
 * Manifests and the requests that are sent to them, in order. In both, `@host@` is a name of the fixture's own, `@id@` a prefix for the
 * names of objects, and `@port:ROLE@` the port of a server.
 */
export interface Fixture {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
  readonly cases: readonly Case[];
}

/** A request as a server behind the gateway received it. */
export interface Received {
  readonly role: Role;
  readonly method: string;
  readonly target: string;
  /** `name: value`, names in lower case and in order; fields of one name in the order received. */
  readonly headers: readonly string[];
  readonly body?: string;
  readonly trailers?: readonly string[];
}

export interface Outcome {
  /** One status for each time the request was sent; 0 for a connection that was closed without a response. */
  readonly status: readonly number[];
  readonly headers: readonly string[];
  readonly body: string;
  readonly trailers?: readonly string[];
  readonly interim?: readonly number[];
  readonly received: readonly Received[];
}

/** What a fixture's placeholders stand for in one run. */
export interface Places {
  readonly host: string;
  readonly id: string;
  readonly ports: ReadonlyMap<Role, number>;
}

/** Returns the address of a role's server: endpoints of one Service have different ones. */
export function addressOf(role: Role): string {
  return role === 'green' ? '127.0.0.2' : '127.0.0.1';
}

/** Returns the roles that a fixture's manifests and requests name. */
export function rolesOf(fixture: Fixture): readonly Role[] {
  const text = JSON.stringify(fixture);
  return [...new Set([...text.matchAll(/@port:(\w+)@/g)].map(([, role = '']) => role))].toSorted();
}

/** Returns data with its placeholders replaced. */
export function place<T>(value: T, { host, id, ports }: Places): T {
  const text = JSON.stringify(value)
    .replaceAll(/"@port:(\w+)@"|@port:(\w+)@/g, (_, number: string, inText: string) =>
      String(ports.get(number ?? inText)),
    )
    .replaceAll('@host@', host)
    .replaceAll('@HOST@', host.toUpperCase())
    .replaceAll('@id@', id);
  return JSON.parse(text) as T;
}

/** Returns text with what differs from run to run replaced by placeholders. */
export function unplace(text: string, { host, id, ports }: Places): string {
  let result = text
    .replaceAll(host, '@host@')
    .replaceAll(host.toUpperCase(), '@HOST@')
    .replaceAll(id, '@id@');
  for (const [role, port] of ports) result = result.replaceAll(`:${port}`, `:@port:${role}@`);
  return result;
}
