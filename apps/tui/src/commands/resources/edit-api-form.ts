import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import { z } from 'zod';
import { Confirm } from '../../overlays/confirm.ts';
import { Form } from '../../overlays/form.ts';
import type { App } from '../../state/app.ts';
import { parseManifest } from '@portolan/console/actions/manifests';
import { seeObject, type ObjectRow } from '@portolan/console/actions/objects';
import { planMine } from './edit-object.ts';
import { portOf } from './new-object.ts';

const spec = z.looseObject({
  pathPrefix: z.string().default(''),
  currentVersion: z.string().optional(),
  service: z
    .looseObject({
      name: z.string(),
      port: z.looseObject({ number: z.number().optional(), name: z.string().optional() }),
    })
    .optional(),
});

/** Returns the common fields of an API; everything else of it stays as it is. */
export async function editApiForm(app: App, ref: ObjectRow): Promise<Form> {
  const base = await seeObject(app.session, ref);
  const { object } = base;
  const held = spec.parse(object['spec'] ?? {});
  const { service } = held;
  const isVersioned = held.currentVersion !== undefined;
  return new Form({
    title: `Edit ${object.metadata.name}`,
    action: 'show the plan',
    fields: [
      { name: 'path', label: 'Path', value: held.pathPrefix, isNeeded: true },
      ...(isVersioned
        ? [{ name: 'version', label: 'Current version', value: held.currentVersion ?? '', isNeeded: true }]
        : [
            { name: 'service', label: 'Service', value: service?.name ?? '', isNeeded: true },
            {
              name: 'port',
              label: 'Port',
              value: String(service?.port.number ?? service?.port.name ?? ''),
              hint: 'number or name',
              isNeeded: true,
            },
          ]),
    ],
    async submit({ path = '', version = '', service: name = '', port = '' }) {
      const changed = isVersioned
        ? { ...held, pathPrefix: path, currentVersion: version }
        : { ...held, pathPrefix: path, service: { ...service, name, port: portOf(port) } };
      const mine = await parseManifest(formatYaml({ ...object, spec: changed }));
      const plan = await planMine(app, ref, { base, mine });
      app.openOverlay(new Confirm(plan, { danger: 1, title: 'Edit the API' }, app.now()));
    },
  });
}
