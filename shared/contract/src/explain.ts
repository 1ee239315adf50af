import { z } from 'zod';
import { workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** RFC 9110 §5.1 and §5.5: a token; octets without NUL and line ends. */
const fieldName = z
  .string()
  .max(200)
  .regex(/^[!#$%&'*+\-.^_`|~\w]+$/, 'is not the name of a header field');
const fieldValue = z
  .string()
  .max(8000)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'is not the value of a header field');

const objectRef = z.object({ key: z.string(), kind: z.string(), namespace: z.string(), name: z.string() });

const planLimit = z.object({
  limit: z.number(),
  periodMs: z.number(),
  bucket: z.enum(['subscription', 'application-api', 'application']),
});

/** One step of the walk a gateway takes; the first that is not `ok` is the refusal and the last. */
export const reason = z.object({
  step: z.string(),
  ok: z.boolean(),
  text: z.string(),
  object: objectRef.optional(),
  fix: z.string().optional().describe('What would have to change'),
  who: z.string().optional().describe('Who may change it'),
});

export const explanation = z.object({
  cluster: z.string(),
  status: z.number().int().describe('What the gateway would answer; 200 stands for forwarded'),
  verdict: z.enum(['allow', 'refuse']),
  route: z.object({ id: z.string(), kind: z.string(), owner: objectRef }).nullable(),
  api: objectRef.nullable(),
  version: objectRef.nullable(),
  operation: z.object({ method: z.string(), path: z.string() }).nullable(),
  grant: objectRef.nullable(),
  limit: z.object({ source: objectRef, limit: z.number(), periodMs: z.number() }).nullable(),
  plan: z
    .object({
      plan: objectRef,
      title: z.string(),
      rateLimit: planLimit.nullable(),
      quota: planLimit.nullable(),
      /** The API, or the bundle whose APIs count together. */
      counted: objectRef,
    })
    .nullable()
    .default(null),
  target: z.array(z.string()),
  reasons: z.array(reason),
  /** What else a real call depends on: a signature that is not checked here, a cluster that is disconnected. */
  notes: z.array(z.string()),
});
export type Explanation = z.infer<typeof explanation>;

export const explainRequest = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/explain',
  permission: 'resources.read',
  summary: 'Explain what a gateway would decide of a request, and why',
  tag: 'Explain',
  params: workspaceParams,
  body: z.object({
    user: z
      .string()
      .max(254)
      .nullable()
      .describe('Id or e-mail of the caller; null for one without a credential'),
    key: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('API key of the caller, or its prefix, in place of the user'),
    method: z
      .string()
      .regex(/^[A-Za-z]{1,20}$/)
      .default('GET'),
    url: z.url({ protocol: /^https?$/ }).max(8000),
    headers: z.record(fieldName, fieldValue).default({}),
    cluster: z.string().optional().describe('Id or name; without it, the one that serves the host'),
  }),
  response: explanation,
  status: 200,
});
