import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, openAuthority } from '@portolan/process/certificate-authority';
import { Client } from 'ldapts';

const PROGRAM = ['/usr/sbin/slapd', '/usr/libexec/slapd', '/usr/lib/openldap/slapd'].find(existsSync);
/** Reason why tests with a real directory are skipped; null where slapd is installed. */
export const WITHOUT_SLAPD = PROGRAM === undefined ? 'slapd (OpenLDAP) is not installed' : null;

export const SUFFIX = 'dc=airline,dc=example';
const ADMIN = { dn: `cn=admin,${SUFFIX}`, password: 'admin secret' } as const;

/** OpenLDAP server with the schemas of inetOrgPerson, RFC 2307 and Active Directory. */
export interface Slapd {
  readonly ldapUrl: string;
  readonly ldapsUrl: string;
  /** Certificate of the authority of its certificate, in PEM. */
  readonly certificateAuthority: string;
  /** Changes entries as the administrator. */
  change(run: (client: Client) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Starts slapd with entries in LDIF, below `SUFFIX`; those of `unchecked` may lack attributes that their schema requires. */
export async function startSlapd(ldif: string, unchecked: string): Promise<Slapd> {
  if (PROGRAM === undefined) throw new Error(WITHOUT_SLAPD ?? '');
  const dir = await mkdtemp(join(tmpdir(), 'portolan-slapd-'));
  const authority = await createAuthority('slapd test');
  const { issue } = await openAuthority(authority);
  const { cert, key } = await issue({
    commonName: 'localhost',
    hosts: ['localhost'],
    usage: 'server',
    notAfter: new Date(Date.now() + 86_400_000),
  });
  await mkdir(join(dir, 'data'));
  await writeFile(join(dir, 'cert.pem'), cert);
  await writeFile(join(dir, 'key.pem'), key ?? '');
  await writeFile(join(dir, 'ca.pem'), authority.cert);
  const config = join(dir, 'slapd.conf');
  await writeFile(config, configuration(dir));
  addEntries(['-f', config], ldif);
  // -s: written without the attributes that only servers of Active Directory set.
  addEntries(['-f', config, '-s'], unchecked);
  const [plain, secure] = [await freePort(), await freePort()];
  const urls = `ldap://127.0.0.1:${plain}/ ldaps://127.0.0.1:${secure}/`;
  const child = spawn(PROGRAM, ['-f', config, '-h', urls, '-d', '0'], { stdio: 'ignore' });
  await listening(plain);
  return {
    ldapUrl: `ldap://localhost:${plain}`,
    ldapsUrl: `ldaps://localhost:${secure}`,
    certificateAuthority: authority.cert,
    async change(run) {
      const client = new Client({ url: `ldap://127.0.0.1:${plain}` });
      await client.bind(ADMIN.dn, ADMIN.password);
      await run(client).finally(() => client.unbind());
    },
    async close() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function addEntries(options: readonly string[], ldif: string): void {
  const { status, stderr } = spawnSync(PROGRAM ?? '', ['-T', 'add', ...options], {
    encoding: 'utf8',
    input: ldif,
  });
  if (status !== 0) throw new Error(`slapadd: ${stderr}`);
}

function configuration(dir: string): string {
  const schemas = ['core', 'cosine', 'nis', 'inetorgperson', 'msuser'];
  return `${schemas.map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
pidfile ${dir}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile ${dir}/ca.pem
TLSCertificateFile ${dir}/cert.pem
TLSCertificateKeyFile ${dir}/key.pem
sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited
database mdb
suffix "${SUFFIX}"
rootdn "${ADMIN.dn}"
rootpw "${ADMIN.password}"
directory ${dir}/data
maxsize 104857600
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
