import { Box, Text, useApp, useCursor, useInput, usePaste } from 'ink';
import { memo, useEffect, useSyncExternalStore } from 'react';
import type { App } from '../store/app.ts';
import { paste, pressKey } from '../store/dispatch.ts';
import type { Frames } from './frames.ts';
import { keyNames } from './keys.ts';

/** One line of the frame; Ink lays it out again only when its text has changed. */
const Line = memo(function Line({ text }: { readonly text: string }) {
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});

export interface PainterProps {
  readonly app: App;
  readonly frames: Frames;
  /** Told how to leave and how to lend the terminal to another program. */
  readonly onReady: (hooks: {
    exit: () => void;
    suspend: (during: () => Promise<void>) => Promise<void>;
  }) => void;
}

/** Paints the frames of the state and passes on what is typed. Everything else happens outside React. */
export function Painter({ app, frames, onReady }: PainterProps) {
  const ink = useApp();
  const { setCursorPosition } = useCursor();
  const frame = useSyncExternalStore(frames.subscribe, frames.current);
  useEffect(
    () => onReady({ exit: () => ink.exit(), suspend: (during) => ink.suspendTerminal(during) }),
    [ink, onReady],
  );
  useInput((input, key) => {
    for (const name of keyNames(input, key)) void pressKey(app, name);
  });
  usePaste((text) => paste(app, text));
  setCursorPosition(frame.cursor ?? undefined);
  return (
    <Box flexDirection="column">
      {frame.lines.map((text, at) => (
        <Line key={at} text={text} />
      ))}
    </Box>
  );
}
