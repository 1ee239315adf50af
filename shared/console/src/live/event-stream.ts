/** One event of a `text/event-stream` body (WHATWG HTML §9.2.6). */
export interface StreamEvent {
  readonly id: string | null;
  readonly data: string;
}

/** Reads server-sent events until the body ends, the signal fires, or nothing came for `silenceMs`. */
export async function* eventStream(
  response: Response,
  silenceMs: number,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  let pending = '';
  try {
    for (;;) {
      const chunk = await readOrTimeOut(reader, silenceMs, signal);
      if (chunk.done) return;
      const text = pending + decoder.decode(chunk.value, { stream: true });
      // A carriage return at the end may be half of a line break: it waits for the next chunk.
      const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
      const parts = whole.replace(/\r\n?/g, '\n').split('\n\n');
      pending = (parts.pop() ?? '') + text.slice(whole.length);
      for (const part of parts) {
        const event = parseEvent(part);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseEvent(text: string): StreamEvent | null {
  let id: string | null = null;
  const data: string[] = [];
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') id = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? null : { id, data: data.join('\n') };
}

async function readOrTimeOut(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  silenceMs: number,
  signal: AbortSignal,
): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error('nothing was heard from the platform for too long')),
    silenceMs,
  );
  const stop = () => reject(new Error('stopped'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([reader.read(), promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
