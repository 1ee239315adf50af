import { z } from 'zod';
import { SHARE_NAMES, type OptionallyShared } from '../platform/sharing/shared-data.ts';

const ALL = 'all';
const NONE = 'none';

/** The flag `--share`: what is reported to the platform beyond heartbeats. */
export const shareList = z
  .string()
  .default(ALL)
  .transform((list, context): ReadonlySet<OptionallyShared> => {
    if (list === ALL) return new Set(SHARE_NAMES);
    if (list === NONE) return new Set();
    const names = list.split(',').map((name) => name.trim());
    const unknown = names.filter((name) => !SHARE_NAMES.some((known) => known === name));
    if (unknown.length > 0) {
      const message = `${unknown.join(', ')} cannot be shared; choose from ${SHARE_NAMES.join(', ')}, or ${ALL} or ${NONE}`;
      context.addIssue({ code: 'custom', message });
    }
    return new Set(SHARE_NAMES.filter((name) => names.includes(name)));
  })
  .meta({
    value: 'LIST',
    description: `what is reported to the platform beyond heartbeats: ${SHARE_NAMES.join(', ')}; or ${NONE}`,
  });
