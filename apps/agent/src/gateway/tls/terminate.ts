import type { Duplex } from 'node:stream';
import { TLSSocket, type SecureContext } from 'node:tls';
import type { Model, TlsOptions } from '@portolan/resources/model/model';
import { DEFAULT_ALPN, hostTls, type HostTls } from './host-tls.ts';
import { isProtocolAllowed, type Handshake } from './demands.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Protocol of handshakes that validate control of a domain (RFC 8737 §6.2). */
const ACME_TLS = 'acme-tls/1';

export interface Termination {
  /** The model to take certificates from, at the time they are needed. */
  readonly model: () => Model;
  /** Returns the certificate that answers a challenge for a name (RFC 8737); null when none is pending. */
  readonly challenge: (serverName: string) => SecureContext | null;
  /** The name that a broker has read; null if the handshake has to determine it. */
  readonly serverName: string | null;
  readonly onSecure: (socket: TLSSocket, handshake: Handshake) => void;
  readonly onFailed: (reason: string) => void;
}

/** Terminates TLS on a connection, a TCP socket or a tunnel stream. */
export function terminateTls(socket: Duplex, handshake: Termination): void {
  const early = handshake.serverName === null ? null : hostTls(handshake.model(), handshake.serverName);
  const wantsCertificate = early === null ? anyClientAuth(handshake.model()) : asksCertificate(early.options);
  // Clients that name no server, such as those that know only an address, get the default certificate.
  const unnamed = early ?? hostTls(handshake.model(), '');
  let chosen: HostTls | null = unnamed;
  let challenge: SecureContext | null = null;
  const tls = new TLSSocket(socket, {
    isServer: true,
    ...(unnamed === null ? {} : { secureContext: early?.context ?? unnamed.plainContext() }),
    requestCert: wantsCertificate,
    rejectUnauthorized: false,
    SNICallback: (serverName, done) => {
      if (challenge !== null) {
        done(null, challenge);
        return;
      }
      try {
        chosen = hostTls(handshake.model(), serverName);
        if (chosen === null) done(new Error(`no certificate for ${serverName}`));
        else done(null, chosen.context);
      } catch (error) {
        // A certificate or cipher suite that cannot be used: thrown here it would end the process.
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
    // Called before SNICallback; undefined refuses the client with no_application_protocol (RFC 7301 §3.2).
    ALPNCallback: ({ servername, protocols }) => {
      // Before every option of the host, so that none can spoil a validation.
      if (protocols.includes(ACME_TLS)) challenge = handshake.challenge(servername);
      if (challenge !== null) return ACME_TLS;
      const offered = alpnOf(early, () =>
        hostTls(handshake.model(), typeof servername === 'string' ? servername : ''),
      );
      return offered.find((protocol) => protocols.includes(protocol));
    },
  });
  const timer = setTimeout(() => tls.destroy(new Error('TLS handshake timed out')), HANDSHAKE_TIMEOUT_MS);
  tls.once('close', () => clearTimeout(timer));
  tls.on('error', (error) => handshake.onFailed(error.message));
  tls.once('secure', () => {
    clearTimeout(timer);
    // RFC 8737 §3: the handshake is all that the authority wants.
    if (challenge !== null) return void tls.end();
    const problem = refusalOf(tls, chosen);
    if (problem === null) {
      // Only tls.Server clears this mark, and an HTTP/2 session waits for it.
      Reflect.set(tls, 'secureConnecting', false);
      handshake.onSecure(tls, handshakeOf(tls, chosen));
    } else {
      handshake.onFailed(problem);
      tls.destroy();
    }
  });
}

/** A host whose TLS cannot be set up is refused in SNICallback, which comes next. */
function alpnOf(early: HostTls | null, find: () => HostTls | null): readonly string[] {
  try {
    return (early ?? find())?.alpn ?? DEFAULT_ALPN;
  } catch {
    return DEFAULT_ALPN;
  }
}

function handshakeOf(tls: TLSSocket, chosen: HostTls | null): Handshake {
  return {
    options: chosen?.options ?? null,
    protocol: tls.getProtocol(),
    cipher: tls.getCipher().name,
    hasClientCertificate: Object.keys(tls.getPeerCertificate()).length > 0,
  };
}

function refusalOf(tls: TLSSocket, chosen: HostTls | null): string | null {
  if (chosen === null) return 'the client named no server';
  if (!isProtocolAllowed(tls.getProtocol(), chosen.options))
    return `${tls.getProtocol()} is not allowed for this host`;
  const mode = chosen.options?.clientAuth?.mode ?? 'none';
  const hasCertificate = Object.keys(tls.getPeerCertificate()).length > 0;
  if (mode === 'require' && !hasCertificate) return 'the client sent no certificate';
  if (mode === 'verify-if-given' && !hasCertificate) return null;
  // The library has checked it against the host's CAs.
  if (mode.startsWith('verify') && (!hasCertificate || !isVerified(tls)))
    return 'the client certificate is not signed by a trusted CA';
  return null;
}

/** `authorized` is set by tls.Server only; other sockets have to be verified. */
function isVerified(tls: TLSSocket): boolean {
  const handle: unknown = Reflect.get(tls, 'ssl');
  if (
    typeof handle !== 'object' ||
    handle === null ||
    !('verifyError' in handle) ||
    typeof handle.verifyError !== 'function'
  )
    return false;
  return handle.verifyError() == null;
}

function anyClientAuth(model: Model): boolean {
  for (const options of model.tlsOptions.values()) if (asksCertificate(options)) return true;
  return false;
}

function asksCertificate(options: TlsOptions | null): boolean {
  return options?.clientAuth != null && options.clientAuth.mode !== 'none';
}
