import process from 'node:process';

/**
 * Loaded before a program under test: its clock runs `PORTOLAN_CLOCK_OFFSET_MS` beside the true one, and a minute is
 * added at each SIGUSR2, so that minutes end when a test wants them to.
 */
let offsetMs = Number(process.env['PORTOLAN_CLOCK_OFFSET_MS'] ?? 0);
const trueNow = Date.now;
process.on('SIGUSR2', () => (offsetMs += 60_000));
Date.now = () => trueNow() + offsetMs;
