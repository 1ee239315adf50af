import { print, type Io } from '../terminal/io.ts';
import { goTo } from '../commands/navigation.ts';
import { drawFrame } from '../ui/frame.ts';
import type { App, Size } from '../state/app.ts';

/** Prints one frame of the terminal UI, once everything it shows has been read. */
export async function snapshot(app: App, io: Io, options: { place: string; size: Size }): Promise<number> {
  try {
    app.size = options.size;
    if (options.place !== '') await goTo(app, options.place);
    // What is drawn decides what is read, so draw until drawing asks for nothing more.
    await app.traffic.refresh();
    do {
      drawFrame(app);
      await app.busy.idle();
      drawFrame(app);
    } while (!app.busy.isIdle);
    app.connection.live = { state: 'live' };
    print(
      io,
      drawFrame(app)
        .lines.map((line) => line.trimEnd())
        .join('\n'),
    );
    return app.history.errors.length > 0 ? 1 : 0;
  } finally {
    app.close();
  }
}
