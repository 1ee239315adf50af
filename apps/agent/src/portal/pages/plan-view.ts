import type { CataloguePlan } from '@portolan/resources/model/catalogue';
import type { PlanBucket, PlanLimit } from '@portolan/resources/model/plan';
import type { Counted } from '../../gateway/limits/quota.ts';
import { html, type Html } from '../html.ts';
import { describeDuration, describeLimit } from '../limits.ts';
import { formatNumber } from '../formats.ts';
import type { PlanUse } from '../plan-use.ts';

const SHARED: Readonly<Record<PlanBucket, string>> = {
  subscription: 'shared by all APIs and applications of the subscription',
  application: 'for each application, over all its APIs',
  'application-api': 'for each application and API',
};

/** Returns what a plan allows, one limit on each line. */
export function planLimits(
  { rateLimit, quota }: Pick<CataloguePlan, 'rateLimit' | 'quota'>,
  locale: string,
): Html {
  if (rateLimit === null && quota === null) return html`<p class="limits">No limits.</p>`;
  const line = (limit: PlanLimit, name: string): Html =>
    html`<li>
      <strong>${describeLimit(limit, locale)}</strong>
      <span class="place">${name}, ${SHARED[limit.bucket]}</span>
    </li>`;
  return html`<ul class="limits">
    ${rateLimit === null ? null : line(rateLimit, 'rate')} ${quota === null ? null : line(quota, 'quota')}
  </ul>`;
}

/** Shows what is left of a plan now. */
export function planLeft({ terms, left }: Pick<PlanUse, 'terms' | 'left'>, locale: string): Html {
  if (terms === null || left === null) return html`<span class="left">No limits</span>`;
  return html`<span class="left">
    ${terms.quota === null || left.quota === null ? null : counter('Quota', { limit: terms.quota, counted: left.quota, locale })}
    ${
      terms.rateLimit === null || left.rate === null
        ? null
        : counter('Rate', { limit: terms.rateLimit, counted: left.rate, locale })
    }
  </span>`;
}

function counter(
  name: string,
  {
    limit,
    counted,
    locale,
  }: { readonly limit: PlanLimit; readonly counted: Counted; readonly locale: string },
): Html {
  const remaining = formatNumber(counted.remaining, locale);
  const of = formatNumber(limit.limit, locale);
  const text =
    counted.remaining > 0
      ? `${remaining} of ${of} left`
      : limit.limit === 0
        ? 'none allowed'
        : `used up; more in ${describeDuration(counted.retryAfterMs, locale)}`;
  return html`<span class="counter" data-left="${counted.remaining > 0 ? 'some' : 'none'}">
    <span class="counter-name">${name}</span>
    <meter
      min="0"
      max="${Math.max(1, limit.limit)}"
      value="${counted.remaining}"
      aria-label="${name}: ${text}"
    ></meter>
    <span>${text}</span>
  </span>`;
}
