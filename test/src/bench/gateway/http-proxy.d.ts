/** What the benchmark uses of a package without types. */
declare module 'http-proxy' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Proxy {
    web(req: IncomingMessage, res: ServerResponse): void;
    on(event: 'error', listener: (error: Error, req: IncomingMessage, res: ServerResponse) => void): void;
  }
  const httpProxy: { createProxyServer(options: object): Proxy };
  export default httpProxy;
}
