/** Told to the platform and to people. */
export const AGENT_VERSION = '0.1.0';
