/** Takes from one bucket in Redis as often as told, many at a time, and sends how many takes were allowed. `fork`ed by tests. */
import { z } from 'zod';
import { RedisBuckets } from '../limits/redis-buckets.ts';

const setting = z.object({
  url: z.string(),
  count: z.number(),
  rule: z.object({ limit: z.number(), periodMs: z.number() }),
});
const AT_ONCE = 50;

const { url, count, rule } = setting.parse(JSON.parse(process.argv[2] ?? '{}'));

const buckets = await new Promise<RedisBuckets>((resolve) => {
  const opened: RedisBuckets = new RedisBuckets(url, (isUp) => isUp && resolve(opened));
});
let allowed = 0;
for (let taken = 0; taken < count; taken += AT_ONCE) {
  const takes = await Promise.all(Array.from({ length: AT_ONCE }, () => buckets.take('shared', rule)));
  allowed += takes.filter(({ isAllowed }) => isAllowed).length;
}
process.send?.(allowed, undefined, undefined, () => {
  buckets.close();
  process.disconnect();
});
