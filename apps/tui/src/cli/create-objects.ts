import { applyResources } from '@portolan/contract/resources';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { Failure, usageFailure } from '@portolan/console/failure';
import { connect } from './connect.ts';
import { print, type Io } from '../terminal/io.ts';
import { report } from './result.ts';
import { faultOf, objectName } from './manifest-object.ts';
import type { Arguments } from './verb.ts';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';

/** Creates objects as one change; refuses the lot when one of them is there already. */
export async function createObjects(
  args: Arguments,
  io: Io,
  objects: readonly KubernetesObject[],
): Promise<number> {
  for (const object of objects) {
    const fault = faultOf(object);
    if (fault !== null)
      throw usageFailure(`${object.kind} ${object.metadata.name}: ${fault}.`, 'Nothing was changed.');
  }
  const output = args.text('output') ?? 'text';
  const isDry = args.has('dry-run');
  // As kubectl does, a manifest can be made without a platform.
  if (isDry && args.text('dry-run') !== 'server' && (output === 'yaml' || output === 'json')) {
    print(io, manifestsOf(objects, output));
    return 0;
  }
  const { client, workspace } = await connect(args, io);
  const cluster = args.text('cluster');
  const body = { objects: [...objects], ...(cluster === undefined ? {} : { cluster }) };
  const params = { workspace };
  const planned = await client.call(applyResources, { params, body: { ...body, dryRun: true } });
  const held = planned.changes.find(({ change }) => change !== 'create');
  if (held !== undefined)
    throw new Failure(
      `${held.after.kind} ${held.after.metadata.name} exists already.`,
      'Nothing was changed. Change it with portolan apply -f FILE or portolan edit.',
    );
  const { changes } = isDry
    ? planned
    : await client.call(applyResources, { params, body: { ...body, revision: planned.revision } });
  for (const { after } of changes) {
    const name = objectName(after);
    await report(io, args, { line: `${name} created${isDry ? ' (dry run)' : ''}`, name, object: after });
  }
  return 0;
}

function manifestsOf(objects: readonly KubernetesObject[], output: 'yaml' | 'json'): string {
  if (output === 'yaml') return objects.map((object) => formatYaml(object)).join('---\n');
  const [first, ...more] = objects;
  return JSON.stringify(
    more.length === 0 ? first : { apiVersion: 'v1', kind: 'List', items: objects },
    null,
    2,
  );
}
