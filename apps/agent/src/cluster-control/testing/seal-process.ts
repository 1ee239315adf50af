/** Seals each value of a JSON object on standard input under its name, and prints them in base64. Argument: the key in hex. */
import { text } from 'node:stream/consumers';
import { seal } from '../shared-state/sealing.ts';

const key = Buffer.from(process.argv[2] ?? '', 'hex');
const values = JSON.parse(await text(process.stdin)) as Record<string, unknown>;
const sealed = await Promise.all(
  Object.entries(values).map(
    async ([name, value]) => [name, (await seal(value, key, name)).toString('base64')] as const,
  ),
);
process.stdout.write(JSON.stringify(Object.fromEntries(sealed)));
