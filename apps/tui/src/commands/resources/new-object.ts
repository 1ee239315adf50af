import { parseManifests, planCreate } from '@portolan/console/actions/manifests';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Plan } from '../../state/command.ts';
import { clusters } from '@portolan/console/kinds/clusters';
import { Failure } from '@portolan/console/failure';
import { Confirm } from '../../overlays/confirm.ts';
import { Form } from '../../overlays/form.ts';
import { Picker, type Item } from '../../overlays/picker.ts';
import type { App } from '../../state/app.ts';
import { editUntilTaken } from './edit-loop.ts';
import { screenPlanOf } from './screen-plan.ts';
import { TEMPLATES, type Template } from '@portolan/console/actions/templates';

interface ClusterRef {
  readonly id: string;
  readonly name: string;
}

/** Offers an API in a form, or any object from a template in the editor. */
export function newObjectPicker(app: App, kindName: string): Picker {
  const offered = TEMPLATES.filter((one) => kindName === 'resources' || one.kinds.includes(kindName));
  const form: Item = {
    label: 'API, in a form',
    note: 'asks for name, path and Service',
    run: (to) => to.openOverlay(apiForm(to)),
  };
  const templates = offered.map((template): Item => ({
    label: `${template.name}, in $EDITOR`,
    note: template.about,
    run: (to) => onCluster(to, (cluster) => fromTemplate(to, template, cluster)),
  }));
  return new Picker({
    title: 'New resource',
    items: () => (kindName === 'apis' || kindName === 'resources' ? [form, ...templates] : templates),
  });
}

/** Continues with the only cluster there is, or asks for one. */
function onCluster(app: App, goOn: (cluster: ClusterRef) => Promise<void>): void | Promise<void> {
  const known = clustersOf(app);
  const [only] = known;
  if (only === undefined) throw new Failure('There is no cluster yet.', 'Enrol one: g c, then n.');
  if (known.length === 1) return goOn(only);
  app.openOverlay(
    new Picker({
      title: 'Cluster',
      items: () => known.map((cluster) => ({ label: cluster.name, run: () => goOn(cluster) })),
    }),
  );
}

function clustersOf(app: App): readonly ClusterRef[] {
  // Rows of a kind's own store are of its type.
  return app.lists.of(clusters).rows as readonly ClusterRef[];
}

async function fromTemplate(app: App, template: Template, cluster: ClusterRef): Promise<void> {
  const plan = await editUntilTaken(app, { text: template.text, name: 'new.yaml' }, async (text) =>
    planNew(app, cluster, await parseManifests(text)),
  );
  if (plan) app.openOverlay(new Confirm(plan, { danger: 1, title: `New ${template.name}` }, app.now()));
}

async function planNew(
  app: App,
  { id: cluster }: ClusterRef,
  objects: readonly KubernetesObject[],
): Promise<Plan> {
  return screenPlanOf(app, await planCreate(app.session, { cluster, objects }), 'Create');
}

function apiForm(app: App): Form {
  const known = clustersOf(app);
  return new Form({
    title: 'New API',
    action: 'show the plan',
    fields: [
      { name: 'name', label: 'Name', hint: 'such as flights', isNeeded: true },
      { name: 'namespace', label: 'Namespace', value: 'default', isNeeded: true },
      { name: 'path', label: 'Path', hint: 'such as /flights; empty: / and the name' },
      { name: 'service', label: 'Service', hint: 'its name in the namespace; empty: as the API' },
      { name: 'port', label: 'Port', value: '80', hint: 'number or name of the port' },
      {
        name: 'cluster',
        label: 'Cluster',
        value: known.length === 1 ? (known[0]?.name ?? '') : '',
        hint: 'tab completes',
        choices: known.map((one) => one.name),
        isNeeded: true,
      },
    ],
    async submit(values) {
      const cluster = known.find((one) => one.name === values['cluster']);
      if (!cluster) throw new Failure(`There is no cluster "${values['cluster'] ?? ''}".`, 'tab completes.');
      const plan = await planNew(app, cluster, [apiObject(values)]);
      app.openOverlay(new Confirm(plan, { danger: 1, title: 'New API' }, app.now()));
    },
  });
}

function apiObject(values: Readonly<Record<string, string>>): KubernetesObject {
  const { name = '', namespace = '', path = '', service = '', port = '' } = values;
  return {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'API',
    metadata: { name, namespace },
    spec: {
      pathPrefix: path === '' ? `/${name}` : path,
      service: { name: service === '' ? name : service, port: portOf(port) },
    },
  };
}

/** Returns a port by its number, or by the name its Service gives it. */
export function portOf(text: string): { readonly number: number } | { readonly name: string } {
  const number = Number(text === '' ? '80' : text);
  return Number.isInteger(number) ? { number } : { name: text };
}
