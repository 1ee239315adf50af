import { z } from 'zod';

const NAMES = ['restart', 'set-policy', 'remove-policy'] as const;
const NONE = 'none';

/** The flag `--commands`: what administrators of the platform may have the agent do beside serving its desired state. */
export const commandList = z
  .string()
  .default('restart')
  .transform((list, context): ReadonlySet<string> => {
    if (list === NONE) return new Set();
    const names = list.split(',').map((name) => name.trim());
    const unknown = names.filter((name) => !NAMES.some((known) => known === name));
    if (unknown.length > 0)
      context.addIssue({
        code: 'custom',
        message: `${unknown.join(', ')} is no command; choose from ${NAMES.join(', ')}, or ${NONE}`,
      });
    return new Set(names);
  })
  .meta({
    value: 'LIST',
    description: `commands to take from the platform: ${NAMES.join(', ')}; or ${NONE}`,
  });
