/** A self-signed certificate for tls.test, *.tls.test and 192.0.2.1, made for tests only. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBpDCCAUqgAwIBAgIUA4NKwVPdsbckyZBVJa7SgpCgkucwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIdGxzLnRlc3QwIBcNMjYxMTIyMDAzNDEyWhgPMjEyNjEwMjkw
MDM0MTJaMBMxETAPBgNVBAMMCHRscy50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEK+8jgQQ+FGPWb7z6FuJDOx+JZrLYSRuOf2eUF8kE8v9ms/KnLP8umC3t
KHk2IJ0j+b/84Iv9qIeF8sqi1baMeKN6MHgwHQYDVR0OBBYEFJfGwTBvJmDy4MV3
YdgBlprf8LYGMB8GA1UdIwQYMBaAFJfGwTBvJmDy4MV3YdgBlprf8LYGMA8GA1Ud
EwEB/wQFMAMBAf8wJQYDVR0RBB4wHIIIdGxzLnRlc3SCCioudGxzLnRlc3SHBMAA
AgEwCgYIKoZIzj0EAwIDSAAwRQIgL9lsQnrjhPLQ01xcp8t+xmxlYvydQV4ZRLYV
8MrW/2gCIQDEgROz/Eyvu8r+aTB8kfoQnylbHcw7iJU7NG6MmtHd1A==
-----END CERTIFICATE-----
`;

const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIg3Y7eXzSJVHyevf
W6zsQJYutKVpCLoqyUxBBOHNyWShRANCAAQr7yOBBD4UY9ZvvPoW4kM7H4lmsthJ
G45/Z5QXyQTy/2az8qcs/y6YLe0oeTYgnSP5v/zgi/2oh4XyyqLVtox4
-----END PRIVATE KEY-----
`;

/** A TLS Secret that holds them. */
export function tlsSecret(name: string): string {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return `
apiVersion: v1
kind: Secret
metadata: {name: ${name}}
type: kubernetes.io/tls
data: {tls.crt: ${encode(CERTIFICATE)}, tls.key: ${encode(PRIVATE_KEY)}}
---
`;
}
