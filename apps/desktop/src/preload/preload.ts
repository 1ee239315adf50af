import { contextBridge, ipcRenderer } from 'electron';
import type { BridgeEvent, DesktopBridge } from '../bridge/verbs.ts';
import { channelOf, EVENT_CHANNEL, VERBS } from '../bridge/verb-names.ts';

// Runs in the sandbox before the page. What it exposes is all that a page can reach: one function per verb, and no channel
// that the page could name.
const verbs = Object.fromEntries(
  VERBS.map((verb) => [verb, (input?: unknown) => ipcRenderer.invoke(channelOf(verb), input)]),
);

const onEvent: DesktopBridge['onEvent'] = (listener) => {
  // The event object of Electron holds the sender and stays on this side.
  const pass = (_: unknown, event: BridgeEvent) => listener(event);
  ipcRenderer.on(EVENT_CHANNEL, pass);
  return () => void ipcRenderer.off(EVENT_CHANNEL, pass);
};

contextBridge.exposeInMainWorld('portolan', { ...verbs, onEvent });
