import { events } from './events/capability.ts';
import type { Capability } from './platform.ts';
import { sessions } from './sessions/routes.ts';

/** Every part of the platform, in the order in which its routes are documented. */
export const CAPABILITIES: readonly Capability[] = [sessions, events];
