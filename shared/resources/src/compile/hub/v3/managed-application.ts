import { hashApiKey } from '@portolan/process/api-key-hash';
import type {
  ManagedApplication,
  ManagedApplicationSpecApiKeysItem,
} from '../../../generated/v3/managed-application.ts';
import { REDACTED } from '../../../kinds/redact.ts';
import type { KubernetesObject } from '../../../kinds/object.ts';
import type { CatalogueApplication } from '../../../model/catalogue.ts';
import type { ApplicationKey } from '../../../model/model.ts';
import { defineKind } from '../../define-kind.ts';
import { readSecret } from '../../core/secret.ts';
import type { Reader } from '../../reader.ts';
import { TITLE_ANNOTATION } from './approval.ts';
import type { Resolved } from '../../unit.ts';

const TYPE = 'ManagedApplication.hub.traefik.io';
/** Lower-case or upper-case hex of SHAKE-256 with 64 bytes of output. */
const HASH = /^[0-9a-fA-F]{128}$/;

export const managedApplicationKind = defineKind<ManagedApplication>({
  type: TYPE,
  selectedBy: ['subscription-application'],
  compile({ object, spec: { spec }, reader }) {
    const namesake = namesakeOf(spec.appId, reader);
    if (namesake !== null) {
      const reason = `ManagedApplication "${namesake}" has this id too and comes first by name`;
      reader.error('duplicate-id', 'spec.appId', {
        message: `${reason}; the keys of this one are refused`,
        fix: 'give it an id of its own',
      });
      const refused: Resolved<string> = { ok: false, reason, fix: 'give it an id of its own' };
      return { value: refused, catalogue: entryOf(object, spec, { reader, isDuplicate: true }) };
    }
    const keys = new Map<string, ApplicationKey>();
    (spec.apiKeys ?? []).forEach((key, index) => {
      const hash = hashOf(key, `spec.apiKeys[${index}]`, reader);
      if (hash === null) return;
      keys.set(hash, {
        application: reader.self,
        appId: spec.appId,
        isSuspended: key.suspended ?? false,
      });
    });
    const catalogue = entryOf(object, spec, { reader, isDuplicate: false });
    return {
      value: { ok: true, value: spec.appId } satisfies Resolved<string>,
      applicationKeys: keys,
      catalogue,
    };
  },
});

function entryOf(
  { metadata }: KubernetesObject,
  { appId, owner, notes = '', apiKeys = [] }: ManagedApplication['spec'],
  { reader, isDuplicate }: { readonly reader: Reader; readonly isDuplicate: boolean },
): CatalogueApplication {
  return {
    kind: 'application',
    source: reader.self,
    title: metadata.annotations?.[TITLE_ANNOTATION] ?? '',
    appId,
    owner,
    notes,
    keys: apiKeys.map(({ title, suspended = false }, index) => ({
      title: title ?? `key ${index + 1}`,
      isSuspended: suspended,
    })),
    isRemote: reader.isRemote,
    isDuplicate,
  };
}

/** Returns the name of the application of the namespace that has the id before this one. */
function namesakeOf(appId: string, reader: Reader): string | null {
  const { namespace, key } = reader.self;
  const first = reader
    .ofType<ManagedApplication>(TYPE)
    .find(({ object, spec }) => object.metadata.namespace === namespace && spec.spec.appId === appId);
  return first === undefined || first.key === key ? null : first.object.metadata.name;
}

/** A Secret may hold the key itself or its hash; the object only the hash. */
function hashOf(
  { value, secretName }: ManagedApplicationSpecApiKeysItem,
  field: string,
  reader: Reader,
): string | null {
  if (secretName !== undefined) {
    const { namespace } = reader.self;
    const secret = readSecret(reader, { namespace, name: secretName, keys: ['value'] });
    if (!secret.ok) {
      reader.error('key-not-usable', `${field}.secretName`, {
        message: `${secret.reason}; the key is refused`,
        fix: secret.fix,
      });
      return null;
    }
    const held = secret.value.trim();
    return HASH.test(held) ? held.toLowerCase() : held === '' ? null : hashApiKey(held);
  }
  if (value !== undefined && HASH.test(value)) return value.toLowerCase();
  // The platform compiles what clusters report, which is without hashes.
  if (value === REDACTED) return null;
  reader.error('key-not-usable', `${field}.value`, {
    message: 'is not the hash of a key; the key is refused',
    fix: 'write the 128 hexadecimal digits of the SHAKE-256 hash (64 bytes) of the key, never the key itself, or name a Secret in secretName',
  });
  return null;
}
