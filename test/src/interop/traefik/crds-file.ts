import { join } from 'node:path';
import { goModuleFolder } from '../go-binary.ts';

const TRAEFIK_MODULE = 'github.com/traefik/traefik/v3';
const CRDS = 'docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml';

/** Returns the path of the manifests of Traefik's own CustomResourceDefinitions. */
export async function traefikCrdsFile(): Promise<string> {
  return join(await goModuleFolder('traefik', TRAEFIK_MODULE), CRDS);
}
