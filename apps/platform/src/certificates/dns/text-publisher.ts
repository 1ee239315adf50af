/** For how long resolvers keep answers of challenges. */
export const TEXT_TTL_SECONDS = 60;

/** Publishes TXT records with a provider of DNS. */
export interface TextPublisher {
  /**
   * Replaces all TXT records of a name; an empty list deletes them. Resolves when all name servers of the provider have the
   * change, as far as it says so. @throws DnsUpdateError.
   */
  publish(name: string, texts: readonly string[], signal: AbortSignal): Promise<void>;
}
