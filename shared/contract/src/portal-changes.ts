/**
 * What users of portals of generation v3 change of their own: applications, keys and subscriptions. The agent that serves the portal asks for
 * it on behalf of the user it has signed in, and only for its own cluster.
 */
import { z } from 'zod';
import { defineRoute } from './route.ts';

/** How many applications one user may make in a namespace, keys one application may have, and subscriptions. */
export const OWN_APPLICATIONS_MAX = 20;
export const APPLICATION_KEYS_MAX = 10;
export const OWN_SUBSCRIPTIONS_MAX = 100;

const objectName = z.string().min(1).max(253);
const title = z.string().trim().min(1).max(120);
/** Name of a ManagedApplication. */
const application = objectName;
/** Title of a key, unique in its application. */
const key = title;

export const portalChange = z.discriminatedUnion('change', [
  z.object({ change: z.literal('create-application'), title, notes: z.string().max(2000).default('') }),
  z.object({ change: z.literal('delete-application'), application }),
  z.object({ change: z.literal('create-key'), application, key }),
  z.object({
    change: z.literal('set-key-state'),
    application,
    key,
    state: z.enum(['active', 'suspended']),
  }),
  z.object({ change: z.literal('delete-key'), application, key }),
  z.object({
    change: z.literal('subscribe'),
    application,
    target: z.object({ kind: z.enum(['API', 'APIBundle']), name: objectName }),
    /** Name of the APICatalogItem that offers it; its plan is the plan of the subscription. */
    item: objectName,
  }),
  z.object({ change: z.literal('unsubscribe'), subscription: objectName }),
]);
export type PortalChange = z.input<typeof portalChange>;

/** A user as the portal has signed them in. */
export const portalUser = z.object({
  /** Subject at the issuer that the portal uses. */
  id: z.string().min(1).max(253),
  email: z.string().max(320),
  groups: z.array(z.string()).max(1000),
});
export type PortalUser = z.infer<typeof portalUser>;

export const changePortalObjects = defineRoute({
  method: 'POST',
  path: '/agent/v1/portal-changes',
  permission: 'agent',
  summary: 'Change applications, keys or subscriptions of a user who is signed in to a portal of the cluster',
  tag: 'Agents',
  body: z.object({
    /** Of the portal, and of everything that is changed. */
    namespace: objectName,
    user: portalUser,
    change: portalChange,
  }),
  bodyBytesMax: 128 * 1024,
  response: z.object({
    /** `objectKey` of the application or subscription that was changed. */
    key: z.string(),
    /** The text of a key that was created, which is returned only here. */
    secret: z.string().nullable(),
    /** Of a subscription: whether an administrator has still to approve it. */
    approval: z.enum(['approved', 'pending']).nullable(),
  }),
  status: 200,
  errors: ['conflict', 'not-allowed', 'owned-elsewhere', 'invalid-object'],
});
export type PortalChanged = z.infer<(typeof changePortalObjects)['response']>;
