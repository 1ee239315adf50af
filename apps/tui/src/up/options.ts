import { parseArgs } from 'node:util';
import { UsageError } from '@portolan/local-system/usage-error';

export interface UpOptions {
  readonly resourcesDir: string;
  readonly dataDir: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tui: boolean;
  readonly json: boolean;
  /** Whether a part that ends by itself is started again. */
  readonly restarts: boolean;
}

export const UP_HELP = `Usage: npm start -- [options]        (or: portolan up [options])

Brings up the whole system on this machine: a platform with its own PostgreSQL, three brokers, and an
agent that serves the APIs described by a directory of Kubernetes manifests. In a terminal it ends in the
terminal UI, signed in; otherwise it prints where everything is and runs until SIGINT or SIGTERM.

  --resources DIR   manifests to serve (default examples/airline); watched, never written to
  --data-dir DIR    where state is kept (default .portolan in the working directory)
  --port N          port of the platform (default 4400; 0 = any free port); the others follow it or are free
  --no-tui          no terminal UI, also in a terminal
  --no-restart      leave a part down that ends; otherwise it is started again, with back-off
  --json            one line of JSON on stdout when everything is ready, everything else on stderr
  --help            this text

Environment: DATABASE_URL uses a PostgreSQL (15 or newer) of your own instead of the embedded one.
`;

/** Parses the flags of `up`; `'help'` when help was asked for. */
export function parseUpOptions(argv: readonly string[], defaultResourcesDir: string): UpOptions | 'help' {
  const { values } = parse(argv);
  if (values.help) return 'help';
  return {
    resourcesDir: values.resources ?? defaultResourcesDir,
    dataDir: values['data-dir'] ?? '.portolan',
    port: parsePort(values.port ?? '4400'),
    tui: !values['no-tui'] && !values.json,
    json: values.json ?? false,
    restarts: !values['no-restart'],
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        resources: { type: 'string' },
        'data-dir': { type: 'string' },
        port: { type: 'string' },
        'no-tui': { type: 'boolean' },
        'no-restart': { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.split(/\.\s/)[0] : String(error);
    throw new UsageError(`${why}. Run \`portolan up --help\` for the options.`);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new UsageError(`--port ${text} is no port: give a number from 0 (any free port) to 65535.`);
  }
  return port;
}
