import { randomBytes } from 'node:crypto';
import { APPLICATION_KEYS_MAX, OWN_APPLICATIONS_MAX } from '@portolan/contract/portal-changes';
import { SECRET_PREFIXES } from '@portolan/contract/secret-prefixes';
import { hashApiKey } from '@portolan/process/api-key-hash';
import { REQUESTED_BY_ANNOTATION, TITLE_ANNOTATION } from '@portolan/resources/compile/hub/v3/approval';
import { AppError, notFound } from '../app-error.ts';
import { newSecret } from '../auth/secret-token.ts';
import {
  commitOwn,
  getOwnApplication,
  listMade,
  listOwnApplications,
  ownKey,
  requireMade,
  specOf,
  type OwnChange,
  type OwnObjects,
} from './own-objects.ts';

interface HeldKey {
  readonly title?: string;
  readonly value?: string;
  readonly secretName?: string;
  readonly suspended?: boolean;
}

/** Makes an application that belongs to the user. Its name and id are chosen here, so that nobody takes those of another. */
export async function createApplication(
  own: OwnObjects,
  { title, notes }: { readonly title: string; readonly notes: string },
): Promise<string> {
  const known = await listOwnApplications(own);
  if (known.length >= OWN_APPLICATIONS_MAX)
    throw new AppError('conflict', `You already have ${OWN_APPLICATIONS_MAX} applications, the maximum.`, {
      fix: 'Delete one that you no longer use.',
    });
  const id = uniqueName(title);
  const { user, namespace } = own;
  const key = ownKey(own, 'ManagedApplication', id);
  const object = {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'ManagedApplication',
    metadata: {
      name: id,
      namespace,
      annotations: {
        [TITLE_ANNOTATION]: title,
        ...(user.email === '' ? {} : { [REQUESTED_BY_ANNOTATION]: user.email }),
      },
    },
    spec: { appId: id, owner: user.id, ...(notes === '' ? {} : { notes }) },
  };
  await commitOwn(own, [{ key, change: () => object }]);
  return key;
}

/** Deletes an application with the subscriptions that are of nobody else. */
export async function deleteApplication(own: OwnObjects, name: string): Promise<string> {
  const { key } = await getOwnApplication(own, name);
  const subscriptions = (await listMade(own, 'ManagedSubscription')).filter((object) => {
    const { managedApplications: named = [] } = specOf(object);
    return Array.isArray(named) && named.length === 1 && (named[0] as { name?: unknown }).name === name;
  });
  await commitOwn(own, [
    {
      key,
      change(before) {
        requireMade(before, `Application ${name}`);
        return null;
      },
    },
    ...subscriptions.map(({ metadata }): OwnChange => ({
      key: ownKey(own, 'ManagedSubscription', metadata.name),
      change: () => null,
    })),
  ]);
  return key;
}

/** Creates a key and returns its text, of which only the hash is kept. */
export async function createKey(
  own: OwnObjects,
  { application, key: title }: { readonly application: string; readonly key: string },
): Promise<{ readonly key: string; readonly secret: string }> {
  const secret = newSecret(SECRET_PREFIXES.apiKey);
  const key = await changeKeys(own, application, (keys) => {
    if (keys.length >= APPLICATION_KEYS_MAX)
      throw new AppError(
        'conflict',
        `The application already has ${APPLICATION_KEYS_MAX} keys, the maximum.`,
        {
          fix: 'Delete a key that is no longer used.',
        },
      );
    if (keys.some((each) => each.title === title))
      throw new AppError('conflict', `The application already has a key named ${title}.`, {
        fix: 'Choose another name.',
      });
    return [...keys, { title, value: hashApiKey(secret) }];
  });
  return { key, secret };
}

export function setKeyState(
  own: OwnObjects,
  { application, key, state }: { application: string; key: string; state: 'active' | 'suspended' },
): Promise<string> {
  return changeKeys(own, application, (keys) => {
    requireKey(keys, key);
    return keys.map((each) => (each.title === key ? { ...each, suspended: state === 'suspended' } : each));
  });
}

export function deleteKey(
  own: OwnObjects,
  { application, key }: { readonly application: string; readonly key: string },
): Promise<string> {
  return changeKeys(own, application, (keys) => {
    requireKey(keys, key);
    return keys.filter(({ title }) => title !== key);
  });
}

function requireKey(keys: readonly HeldKey[], title: string): void {
  if (!keys.some((key) => key.title === title)) throw notFound(`key ${title} of the application`);
}

async function changeKeys(
  own: OwnObjects,
  application: string,
  change: (keys: readonly HeldKey[]) => readonly HeldKey[],
): Promise<string> {
  const { key } = await getOwnApplication(own, application);
  await commitOwn(own, [
    {
      key,
      change(before) {
        const object = requireMade(before, `Application ${application}`);
        const spec = specOf(object);
        const held = Array.isArray(spec['apiKeys']) ? (spec['apiKeys'] as HeldKey[]) : [];
        return { ...object, spec: { ...spec, apiKeys: change(held) } };
      },
    },
  ]);
  return key;
}

/** Returns a name (RFC 1123 label) that begins as a title does. */
export function uniqueName(title: string): string {
  const slug = title
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z\d]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${slug === '' ? 'application' : slug}-${randomBytes(4).toString('hex')}`;
}
