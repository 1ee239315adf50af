import { z } from 'zod';

/** An entry point of Traefik and the address at which it accepts connections. */
export interface EntryPointAddress {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Parses `NAME=HOST:PORT`, with an IPv6 address in brackets. */
export const entryPointAddress = z.string().transform((text, context): EntryPointAddress => {
  const [, name, host, digits] = /^([^=\s]+)=(\[[\da-fA-F:.]+\]|[^:\s[\]]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (name !== undefined && host !== undefined && port >= 1 && port <= 65_535)
    return { name, host: host.replaceAll(/[[\]]/g, ''), port };
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} is not NAME=HOST:PORT, such as tunnel=traefik.traefik.svc:9901`,
  });
  return z.NEVER;
});
