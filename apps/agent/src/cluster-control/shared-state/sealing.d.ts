/**
 * Compresses and encrypts a value (AES-256-GCM). The nonce is a MAC of the content, so that the same content is sealed to the same
 * bytes: what did not change need not be written.
 */
export declare function seal(value: unknown, key: Buffer, name: string): Promise<Buffer>;
/** Returns a value that was sealed under this name. Rejects for anything else. */
export declare function unseal(sealed: Buffer, key: Buffer, name: string): Promise<unknown>;
//# sourceMappingURL=sealing.d.ts.map
