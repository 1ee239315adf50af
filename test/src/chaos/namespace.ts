import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const INSIDE = 'PORTOLAN_CHAOS_NAMESPACE';
/** Real segments on loopback: no packet of the kernel's own making is larger than one of a network. */
const PREPARE = 'ip link set dev lo up mtu 1500 && ip link set dev lo gso_max_segs 1 && exec "$0" "$@"';

/** Whether this process is in a network namespace made for it, where packets may be dropped. */
export const isInNamespace = process.env[INSIDE] !== undefined;

/** Why no network namespace can be made here; null if one can. */
export function namespaceFault(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are Linux’s';
  if (process.getuid?.() !== 0) return 'making a network namespace needs root';
  const probe =
    'ip link set dev lo up mtu 1500 && ip link set dev lo gso_max_segs 1 && iptables -A INPUT -i lo -p tcp -m statistic --mode random --probability 0.5 -j DROP';
  const { status, stderr, error } = spawnSync('unshare', ['--net', 'sh', '-c', probe], { encoding: 'utf8' });
  if (status === 0) return null;
  return `a namespace with packet loss cannot be made: ${(error?.message ?? stderr.trim()) || `status ${status}`}`;
}

/** Runs this very command again in a network namespace of its own and answers its exit code. */
export async function runInNamespace(): Promise<number> {
  const command = [
    '--net',
    'sh',
    '-c',
    PREPARE,
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1),
  ];
  const child = spawn('unshare', command, { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/** Drops packets of TCP ports of loopback in this namespace, both ways, until `heal`. */
export class PacketLoss {
  readonly #rules: string[];

  /** `probability` 1 is a black hole: nothing comes through, and nobody is told. */
  constructor(ports: readonly number[], probability = 1) {
    const share = probability < 1 ? `-m statistic --mode random --probability ${probability}` : '';
    this.#rules = ports.flatMap((port) =>
      ['--dport', '--sport'].map((side) => `INPUT -i lo -p tcp ${side} ${port} ${share} -j DROP`),
    );
    for (const rule of this.#rules) iptables('-A', rule);
  }

  heal(): void {
    for (const rule of this.#rules.splice(0)) iptables('-D', rule);
  }
}

function iptables(action: '-A' | '-D', rule: string): void {
  const { status, stderr } = spawnSync('iptables', ['-w', action, ...rule.split(/ +/)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`iptables ${action} ${rule}: ${stderr.trim()}`);
}

/** Established TCP connections with that port at either end that a process still holds (attempts to dial are none). */
export function socketsOf(pid: number, port: number): number {
  const { stdout } = spawnSync(
    'ss',
    ['-Htnp', 'state', 'established', `( sport = :${port} or dport = :${port} )`],
    { encoding: 'utf8' },
  );
  return stdout.split('\n').filter((line) => line.includes(`pid=${pid},`)).length;
}
