import { join } from 'node:path';
import { z } from 'zod';
import { Random } from '../chaos/fuzz/random.ts';
import { ROOT } from '../architecture/source-tree.ts';

const { redactText } = z
  .object({ redactText: z.custom<(text: string) => string>() })
  .parse(await import(join(ROOT, 'shared/process/src/redaction.ts')));

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const PREFIXES = ['ptl', 'pts', 'ptp', 'pta', 'ptc', 'ptw', 'pti', 'ptt'];
const WORDS = [
  'request',
  'failed:',
  'GET',
  '/flights?page=2',
  'status=401',
  '{"level":30}',
  'é',
  '→',
  '10.0.0.1',
  '\t',
  'key',
  'token:',
];

/** Ways in which a secret gets into a line of a log. */
const SHAPES: readonly ((secret: string, random: Random) => string)[] = [
  (secret, random) => `${random.pick(PREFIXES)}_${secret}_${secret.slice(0, 6)}`,
  (secret, random) => `${random.pick(['Authorization', 'authorization', 'AUTHORIZATION'])}: Bearer ${secret}`,
  (secret, random) => `${random.pick(['bearer', 'Basic', 'BASIC'])} ${secret}`,
  (secret) => JSON.stringify({ clientSecret: secret, ok: true }),
  (secret) => `{ password: '${secret}', user: 'ann' }`,
  (secret, random) =>
    `https://a.example/cb?${random.pick(['code', 'token', 'api_key', 'access_token'])}=${secret}&state=1`,
  (secret) => `postgres://portolan:${secret}@db.internal:5432/portolan`,
  (secret) => `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`,
  (secret) => `"refresh_token":"${secret}"`,
];

/** Redacts generated lines, each with a secret; returns those that still have it. */
export function redactLines(count: number, seed: number): readonly string[] {
  const leaks: string[] = [];
  for (let index = 0; index < count && leaks.length < 20; index += 1) {
    const random = new Random(seed, index);
    const secret = Array.from(
      { length: 12 + random.below(32) },
      () => LETTERS[random.below(LETTERS.length)],
    ).join('');
    const words = (): string => Array.from({ length: random.below(4) }, () => random.pick(WORDS)).join(' ');
    const line = `${words()} ${random.pick(SHAPES)(secret, random)} ${words()}`;
    if (redactText(line).includes(secret)) leaks.push(line);
  }
  return leaks;
}
