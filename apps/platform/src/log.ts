import { pino, type Logger } from 'pino';

/** Names that never appear with their value, at any depth that logs have. */
const SECRETS = [
  'password',
  'token',
  'secret',
  'key',
  'authorization',
  'cookie',
  'code',
  'adminToken',
  'agentToken',
];

/** What a failed query says of itself, without the parameters Drizzle adds: they are what people typed, or secrets. */
function withoutParameters(error: unknown): unknown {
  return typeof error === 'string' ? error.replace(/\nparams: [\s\S]*$/, '') : error;
}

/** Structured log on stderr; stdout belongs to the program's answers. */
export function createLog(level: string): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    {
      level,
      base: { app: 'platform' },
      redact: { paths, censor: '[redacted]' },
      serializers: { error: withoutParameters },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
