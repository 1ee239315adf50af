import { z } from 'zod';
import { changeSet } from './changes.ts';
import { explainRequest, reason } from './explain.ts';
import { workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** How a gateway decides a request with the objects as of a revision. */
const revisionDecision = z.object({
  revision: z.number().int().describe('0 is the state before the first change'),
  status: z.number().int().describe('What the gateway would answer; 200 stands for forwarded'),
  verdict: z.enum(['allow', 'refuse']),
  /** The step that decides: the refusal, or the last one. */
  reason: reason.nullable(),
});

export const bisection = z.object({
  cluster: z.string(),
  now: revisionDecision,
  /** The change since which the request is decided as now; null when no change of the platform's objects made a difference. */
  change: changeSet.nullable(),
  before: revisionDecision.nullable().describe('The decision before that change'),
  objects: z.array(z.string()).describe('Keys of the objects that the change touched'),
  searched: z.object({
    changes: z.number().int().describe('Changes of the cluster that were looked among'),
    decided: z.number().int().describe('States in which the request was decided'),
  }),
  notes: z.array(z.string()),
});
export type Bisection = z.infer<typeof bisection>;

export const bisectRequest = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/bisect',
  permission: 'resources.read',
  summary: 'Find the change since which a gateway decides a request as it does now',
  tag: 'Explain',
  params: workspaceParams,
  body: explainRequest.body.extend({
    good: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe('A revision at which the request was decided otherwise; without it, one is looked for'),
  }),
  response: bisection,
  status: 200,
});
