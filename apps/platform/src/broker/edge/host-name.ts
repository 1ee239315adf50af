import { normaliseHost } from '@portolan/resources/rules/hosts';

const HOST_NAME = /^[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?$/;
const PORT = /^\d{1,5}$/;

/** Returns the host name of a Host field or a server name as the gateway compares it; null where it cannot be one. */
export function hostNameOf(text: string): string | null {
  const port = text.lastIndexOf(':');
  if (port !== -1 && !PORT.test(text.slice(port + 1))) return null;
  const name = normaliseHost(text);
  return name.length <= 253 && HOST_NAME.test(name) ? name : null;
}
