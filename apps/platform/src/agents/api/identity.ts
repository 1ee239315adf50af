/** Whose cluster speaks, as the broker established it; nothing an agent sends can change it. */
export interface AgentIdentity {
  readonly clusterId: string;
  readonly workspace: string;
  readonly tokenId: string;
}
