import type { LiveState } from '@portolan/console/live/live';
import { createStore } from '../preferences/store.ts';

/** The state of the stream of live updates. */
export const liveState = createStore<LiveState>({ state: 'connecting' });

/** Whether live updates are applied; paused, the page stays as it is. */
export const isLivePaused = createStore(false);
