import type { Portal } from '@portolan/contract/portals';
import type { SystemDetails } from '@portolan/local-system/parts';

/** Returns the one line of `--json`. */
export function readyLine(
  { platform, gateway, brokers, bootstrap, pids }: SystemDetails,
  portals: readonly Portal[],
): string {
  return JSON.stringify({
    event: 'ready',
    platform,
    gateway,
    brokers: brokers.map(({ id, region, url, edge, pid }) => ({ id, region, url, edge, pid })),
    portals: portals.map(({ name, urls }) => ({ name, urls })),
    workspace: bootstrap.workspace,
    adminEmail: bootstrap.adminEmail,
    adminPasswordFile: bootstrap.adminPasswordFile,
    adminToken: bootstrap.adminToken,
    pids,
  });
}

/** Returns the same for people: addresses, how to sign in and what to try. */
export function readyText(system: SystemDetails, portals: readonly Portal[], seconds: number): string {
  const { platform, gateway, brokers, bootstrap } = system;
  const rows: [string, string][] = [
    ['platform', `${platform}   (open it in a browser: the console)`],
    ['gateway', `${gateway}   (the agent’s own, on this machine)`],
    ...brokers.map(({ id, region, edge }): [string, string] => [
      id,
      `${edge.http}  ${edge.https}   ${region}`,
    ]),
    ...portals.map(({ urls }): [string, string] => ['portal', urls[0] ?? 'no address yet']),
    ['sign in', `${bootstrap.adminEmail}, password in ${bootstrap.adminPasswordFile}`],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    `Portolan is up (${seconds.toFixed(1)} s).`,
    '',
    ...rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    '',
    `  npx portolan login --platform ${platform} --email ${bootstrap.adminEmail}`,
    '  npx portolan get apis',
    ...portals.slice(0, 1).map(({ name }) => `  npx portolan preview portal ${name} --as USER`),
    '',
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}
