import type { Logger } from 'pino';

/** A logger whose entries are `log.warn({ event: 'link.refused', … }, 'sentence')`. */
export type AgentLogger = Logger;
