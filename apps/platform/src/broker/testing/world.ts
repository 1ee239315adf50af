import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerCredential } from '@portolan/process/broker-credential';
import { pino } from 'pino';
import { clusters } from '../../clusters/schema.ts';
import { domains } from '../../domains/schema.ts';
import { newId } from '../../db/ids.ts';
import { publish } from '../../db/changes.ts';
import { assignTunnels } from '../../fleet/assignments.ts';
import { enrol, type TestCredential } from '../../testing/agent-key.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { startBroker, type RunningBroker } from '../broker.ts';
import { readBrokerConfig, type BrokerConfig } from '../config.ts';

export interface TestCluster {
  readonly id: string;
  readonly agent: TestCredential;
  readonly host: string;
}

/** A platform and brokers of it, all real, in this process. */
export class World {
  readonly portolan: TestPlatform;
  readonly brokers = new Map<string, RunningBroker>();

  private constructor(portolan: TestPlatform) {
    this.portolan = portolan;
  }

  /** `approved` lists the brokers that are approved when they register. */
  static async start(approved = '*'): Promise<World> {
    return new World(await startTestPlatform({}, undefined, ['--brokers', approved]));
  }

  config(id: string, more: Partial<BrokerConfig> = {}): BrokerConfig {
    const flags = {
      id,
      region: `region-${id}`,
      'platform-url': this.portolan.url,
      'broker-secret-file': this.credentialFile(id),
    };
    const argv = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    return { ...readBrokerConfig(argv), ...more };
  }

  /** Writes the credential of a broker to a file and returns its path. */
  credentialFile(id: string): string {
    const file = join(this.portolan.platform.config.dataDir, `${id}.credential`);
    writeFileSync(file, brokerCredential(this.portolan.platform.brokerSecret, id));
    return file;
  }

  async startBroker(id: string, more: Partial<BrokerConfig> = {}): Promise<RunningBroker> {
    const broker = await startBroker(this.config(id, more), pino({ level: 'silent' }));
    this.brokers.set(id, broker);
    return broker;
  }

  /** Adds a cluster with its own credential and host. */
  async addCluster(): Promise<TestCluster> {
    const { db } = this.portolan.platform;
    const workspaceId = this.portolan.bootstrap.workspace;
    const id = newId('cls');
    const host = `${id.replace('_', '-')}.edge.localhost`;
    await db.insert(clusters).values({ id, workspaceId, name: id });
    await db.insert(domains).values({ host, workspaceId, clusterId: id, objectKey: 'k', kind: 'generated' });
    await this.announce();
    const agent = await enrol(this.portolan, { clusterId: id, workspace: workspaceId });
    return { id, agent, host };
  }

  /** Announces a change of clusters, as the services that change them do. */
  async announce(): Promise<void> {
    const { workspace } = this.portolan.bootstrap;
    await this.portolan.platform.db.transaction((tx) =>
      publish(tx, workspace, { topic: 'clusters', ids: [], change: 'many' }),
    );
  }

  /** The tunnel of a cluster to a broker. */
  async endpoint(cluster: TestCluster, brokerId: string) {
    const tunnels = await assignTunnels(this.portolan.platform.db, cluster.id);
    const found = tunnels.find((tunnel) => tunnel.brokerId === brokerId);
    if (!found) throw new Error(`no tunnel to ${brokerId} among ${JSON.stringify(tunnels)}`);
    return found;
  }

  async close(): Promise<void> {
    await Promise.all([...this.brokers.values()].map((broker) => broker.close()));
    await this.portolan.close();
  }
}
