import { join } from 'node:path';
import { z } from 'zod';
import { minutePoint } from '@portolan/contract/telemetry';
import { KeptFile } from '../kept-file.ts';

const schema = z.array(minutePoint);

/** What was counted of a minute that is not over, on disk, so that an agent that starts again goes on counting. */
export function unfinishedMinuteFile(stateDir: string): KeptFile<typeof schema> {
  return new KeptFile(join(stateDir, 'unfinished-minute'), schema);
}
