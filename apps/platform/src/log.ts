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

/** Structured log on stderr; stdout belongs to the program's answers. */
export function createLog(level: string): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    { level, base: { app: 'platform' }, redact: { paths, censor: '[redacted]' } },
    pino.destination({ fd: 2, sync: true }),
  );
}
