import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** One event of a `text/event-stream` body (WHATWG HTML section 9.2.6). */
export type StreamEvent = Pick<EventSourceMessage, 'id' | 'data'>;

export interface EventStreamOptions {
  /** The stream is taken for dead when nothing, not even a comment, has arrived for this long. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  /** Called for each chunk that arrives, comments included. */
  readonly onData?: () => void;
}

/** Yields server-sent events until the body ends. Throws when the signal aborts or nothing arrives for `silenceMs`. */
export async function* eventStream(
  response: Response,
  { silenceMs, signal, onData }: EventStreamOptions,
): AsyncGenerator<StreamEvent> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const events: StreamEvent[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { value } = await readOrTimeOut(reader, silenceMs, signal);
      if (value === undefined) return;
      onData?.();
      parser.feed(decoder.decode(value, { stream: true }));
      yield* events.splice(0);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function readOrTimeOut(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  silenceMs: number,
  signal: AbortSignal,
): Promise<{ readonly value?: Uint8Array | undefined }> {
  const { promise, reject } = Promise.withResolvers<never>();
  const silent = `No response from the platform for ${Math.round(silenceMs / 1000)} s.`;
  const timer = setTimeout(() => reject(new Error(silent)), silenceMs);
  const stop = () => reject(new Error('The stream was closed here.'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([reader.read(), promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
