import { pino, type Logger, type StreamEntry } from 'pino';
import { REDACTED, redactText, SECRET_FIELDS } from './redaction.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  /** Name of the program in each line. */
  readonly app: string;
  readonly level: LogLevel;
  /** Receives lines of warnings and errors as well, redacted alike. */
  readonly onWarning?: (line: string) => void;
}

/**
 * Returns a logger of JSON lines on stderr: `log.warn({ event: 'link.refused', … }, 'Sentence.')`. Values of
 * {@link SECRET_FIELDS} down to the third level, and credentials in the text of errors, are redacted.
 */
export function createLogger({ app, level, onWarning }: LoggerOptions): Logger {
  const stderr = pino.destination({ fd: 2, sync: true });
  // A full disk costs lines of the log, never the process.
  stderr.on('error', () => undefined);
  const streams: StreamEntry<LogLevel>[] = [{ level, stream: stderr }];
  if (onWarning) streams.push({ level: 'warn', stream: { write: onWarning } });
  return pino(
    {
      level,
      base: { app },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap(atThreeLevels), censor: REDACTED },
      serializers: { error: errorText },
    },
    pino.multistream(streams),
  );
}

/** Drizzle adds the parameters of a failed query to its message: what people typed, or secrets. */
function errorText(error: unknown): unknown {
  return typeof error === 'string' ? redactText(error.replace(/\nparams: [\s\S]*$/, '')) : error;
}

function atThreeLevels(field: string): string[] {
  const path = /^\w+$/.test(field) ? `.${field}` : `["${field}"]`;
  return [path.replace(/^\./, ''), `*${path}`, `*.*${path}`];
}
