import { render } from 'ink';
import type { App } from '../store/app.ts';
import { Frames } from './frames.ts';
import { Painter } from './painter.tsx';

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

/** Takes over the terminal with the app's frames until the app exits. */
export function openScreen(app: App, streams: ScreenStreams): Screen {
  let suspend: (during: () => Promise<void>) => Promise<void> = (during) => during();
  const { stdout } = streams;
  const measure = () => app.resize({ width: stdout.columns, height: stdout.rows });
  let timer: NodeJS.Timeout | undefined;
  const onResize = () => {
    clearTimeout(timer);
    timer = setTimeout(measure, RESIZE_DEBOUNCE_MS);
  };
  measure();
  stdout.on('resize', onResize);
  const frames = new Frames(app);
  const instance = render(
    <Painter
      app={app}
      frames={frames}
      onReady={(hooks) => {
        ({ suspend } = hooks);
      }}
    />,
    {
      ...streams,
      // Ink takes a set CI variable, even an empty one, for "not interactive"; whether to start is decided before.
      interactive: true,
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
      // Frames have their own pace.
      maxFps: 1000,
      isScreenReaderEnabled: false,
    },
  );
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
    suspend: (during) => suspend(during),
  };
}
