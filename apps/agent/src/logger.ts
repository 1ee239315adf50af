import pino, { type Logger, type StreamEntry } from 'pino';

/** A logger whose entries are `log.warn({ event: 'link.refused', … }, 'sentence')`. */
export type AgentLogger = Logger;

// One list for every log of the agent: whatever carries one of these names is never written.
const SECRET_FIELDS = [
  'token',
  'password',
  'secret',
  'signingSecret',
  'clientSecret',
  'privateKey',
  'apiKey',
  'authorization',
  'cookie',
  'hash',
];

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Where lines of warnings and errors go, beside the standard error stream. */
  readonly onWarning: (line: string) => void;
}

/** Structured log on stderr; warnings and errors are passed on, redacted alike. */
export function createLogger(options: LoggerOptions): AgentLogger {
  const streams: StreamEntry[] = [
    { level: options.level, stream: pino.destination({ fd: 2, sync: true }) },
    { level: 'warn', stream: { write: options.onWarning } },
  ];
  return pino(
    {
      level: options.level,
      base: { part: 'agent' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '<redacted>',
      },
    },
    pino.multistream(streams),
  );
}
