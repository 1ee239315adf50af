import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { StartupError } from '@portolan/process/startup-error';
import type { ClusterConnection, ConnectionTls } from './connection.ts';

interface KubeconfigOptions {
  readonly file: string;
  /** Context to use in place of the current one. */
  readonly context?: string | undefined;
}

/**
 * Reads a kubeconfig file with everything it may ask for: certificates, tokens, files, commands (exec) and OpenID Connect.
 * @throws StartupError when the file or its context cannot be used
 */
export async function kubeconfigConnection({ file, context }: KubeconfigOptions): Promise<ClusterConnection> {
  let config = await load(file, context);
  const cluster = config.getCurrentCluster();
  if (!cluster) {
    const [what, fix] =
      context === undefined
        ? ['has no current context', 'Name one with --context.']
        : [`has no context ${context} with a cluster`, `Choose one of: ${namesOf(config)}.`];
    throw new StartupError(`The kubeconfig ${file} ${what}`, fix);
  }
  const server = parseUrl(cluster.server, file);
  const proxy = cluster.proxyUrl ? parseUrl(cluster.proxyUrl, file) : null;
  if (proxy !== null && !proxy.protocol.startsWith('http'))
    throw new StartupError(
      `The kubeconfig ${file} names the proxy ${proxy.protocol}//${proxy.host}, but only HTTP proxies can be used`,
      'Use an HTTP proxy, or connect without one.',
    );
  return {
    description: `cluster ${server.origin} (context ${config.getCurrentContext()})`,
    server,
    proxy,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace || 'default',
    authenticate: async () => authenticationOf(config),
    forget() {
      // Commands and token files keep what they returned; a config that was just read has asked nobody yet.
      load(file, context).then(
        (fresh) => (config = fresh),
        () => undefined,
      );
    },
  };
}

async function load(file: string, context: string | undefined): Promise<KubeConfig> {
  // Loaded where it is used: the package takes half a second and 90 MB, which agents in a cluster do not need to spend.
  const client = await import('@kubernetes/client-node');
  const config = new client.KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartupError(
      `Cannot read the kubeconfig ${file}: ${why}`,
      'Choose another file with --kubeconfig.',
    );
  }
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  // Without TLS there is nothing to verify; the library wants that said.
  if (cluster?.server.startsWith('http:')) Object.assign(cluster, { skipTLSVerify: true });
  return config;
}

async function authenticationOf(config: KubeConfig) {
  const options: RequestOptions & ConnectionTls = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, servername, rejectUnauthorized, auth } = options;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {}))
    headers[name.toLowerCase()] = String(value).trim();
  if (auth) headers['authorization'] = `Basic ${Buffer.from(auth).toString('base64')}`;
  const tls = { ca, cert, key, servername, rejectUnauthorized };
  return { headers, tls: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)) };
}

function parseUrl(text: string, file: string): URL {
  const url = URL.parse(text);
  if (url === null)
    throw new StartupError(`The kubeconfig ${file} has an address that is no URL: ${text}`, 'Correct it.');
  return url;
}

function namesOf(config: KubeConfig): string {
  return (
    config
      .getContexts()
      .map(({ name }) => name)
      .join(', ') || '(the file has none)'
  );
}
