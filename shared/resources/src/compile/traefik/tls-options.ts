import type { Route, TlsOptions } from '../../model/model.ts';
import type { Reader, ValidObject } from '../reader.ts';
import type { ForHost, Resolved } from '../unit.ts';

/** Follows a reference to a TLSOption. Options that cannot be read close the routes: they may ask for client certificates. */
export function followTlsOptions(
  reader: Reader,
  field: string,
  { name, found }: { readonly name: string; readonly found: ValidObject<unknown> | null },
): Resolved<TlsOptions> {
  const options = found === null ? null : reader.result<TlsOptions>(found.key);
  if (options?.ok === true) return options;
  const reason = `TLSOption "${name}" ${options === null ? 'does not exist' : `did not load: ${options.reason}`}`;
  const fix = options === null ? `create TLSOption "${name}", or remove the reference` : options.fix;
  reader.error('missing-reference', field, { message: `${reason}; the routes return 404`, fix });
  return { ok: false, reason, fix };
}

/** Options are chosen in the handshake, by the host the client names: without a fixed one they cannot be. */
export function warnWithoutHost(reader: Reader, field: string, routes: readonly Route[]): void {
  if (routes.every(({ hosts }) => hosts.length > 0)) return;
  reader.warn('tls-options-without-host', field, {
    message:
      'a rule names no fixed host, so that a handshake cannot choose these options; requests whose connection does not meet them get 421',
    fix: 'add Host(`…`) to the rule, or make them the TLSOption named default',
  });
}

export function forHosts(
  reader: Reader,
  hosts: readonly string[],
  value: TlsOptions,
): readonly ForHost<TlsOptions>[] {
  return hosts.map((host) => ({ host, value, owner: reader.self }));
}
