import { render, useApp, useInput, usePaste } from 'ink';
import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react';
import type { App } from '../state/app.ts';
import { dispatchPaste, dispatchKey } from './dispatch.ts';
import { ScreenPainter } from '../terminal/painting/screen-painter.ts';
import { Frames } from './frames.ts';
import { keyNames } from '../terminal/keys.ts';

const RESIZE_DEBOUNCE_MS = 30;

export interface ScreenStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { readonly columns: number; readonly rows: number };
  readonly stderr: NodeJS.WritableStream;
}

export interface Screen {
  /** Resolves when the screen is left; rejects when drawing failed. */
  readonly left: Promise<unknown>;
  readonly leave: () => void;
  readonly flushed: () => Promise<void>;
  /** Lends the terminal to another program. */
  readonly suspend: (during: () => Promise<void>) => Promise<void>;
}

interface HostProps {
  readonly app: App;
  readonly frames: Frames;
  readonly painter: ScreenPainter;
  readonly onReady: (ink: ReturnType<typeof useApp>) => void;
}

/**
 * Returns the one component of the program: Ink owns the terminal's modes, its input and its loan to other programs, and each
 * new frame is handed to the painter. Ink itself has nothing to paint (docs/decisions/0132).
 */
function Host({ app, frames, painter, onReady }: HostProps) {
  const ink = useApp();
  const frame = useSyncExternalStore(frames.subscribe, frames.current);
  useEffect(() => onReady(ink), [ink, onReady]);
  // Runs after Ink has written what the commit needs.
  useLayoutEffect(() => painter.paint(frame), [painter, frame]);
  useInput((input, key) => {
    for (const name of keyNames(input, key)) void dispatchKey(app, name);
  });
  usePaste((text) => dispatchPaste(app, text));
  return null;
}

/** Takes over the terminal with the app's frames until the app exits. */
export function openScreen(app: App, streams: ScreenStreams): Screen {
  let ink: ReturnType<typeof useApp> | undefined;
  const { stdout } = streams;
  const painter = new ScreenPainter(stdout);
  const measure = () => app.resize({ width: stdout.columns, height: stdout.rows });
  let timer: NodeJS.Timeout | undefined;
  const onResize = () => {
    painter.forget();
    clearTimeout(timer);
    timer = setTimeout(measure, RESIZE_DEBOUNCE_MS);
  };
  measure();
  const frames = new Frames(app);
  const onReady: HostProps['onReady'] = (hooks) => {
    ink = hooks;
  };
  const instance = render(<Host app={app} frames={frames} painter={painter} onReady={onReady} />, {
    ...streams,
    // Ink takes a set CI variable, even an empty one, for "not interactive"; whether to start is decided before.
    interactive: true,
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
    // Frames have their own pace.
    maxFps: 1000,
    isScreenReaderEnabled: false,
  });
  // After Ink's own listener, which erases what it takes for its output.
  stdout.on('resize', onResize);
  return {
    left: instance.waitUntilExit().finally(() => {
      clearTimeout(timer);
      frames.close();
      stdout.off('resize', onResize);
    }),
    leave: () => instance.unmount(),
    async flushed() {
      await frames.drawn();
      await instance.waitUntilRenderFlush();
    },
    async suspend(during) {
      if (!ink) return during();
      painter.pause();
      try {
        await ink.suspendTerminal(during);
      } finally {
        painter.resume();
        painter.paint(frames.current());
      }
    },
  };
}
