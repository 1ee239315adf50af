import { AppError } from '../app-error.ts';
import { brokerCredential, claimedId, isSameText } from './broker-credential.ts';

/** A broker that proved its identity; null with the broker secret itself, which stands for every broker. */
export interface BrokerIdentity {
  readonly brokerId: string | null;
}

/**
 * Returns who calls with an `Authorization` header: a broker with its own credential, or with the broker secret, as brokers
 * did before they had one. Fails with `invalid-token` otherwise.
 */
export function requireBroker(authorization: string | undefined, secret: string): BrokerIdentity {
  const given = /^Bearer (\S{1,512})$/i.exec(authorization ?? '')?.[1] ?? '';
  const brokerId = claimedId(given);
  if (isSameText(given, brokerId === null ? secret : brokerCredential(secret, brokerId))) return { brokerId };
  throw new AppError(
    'invalid-token',
    'This call is for brokers, and the credential of the broker is wrong.',
    {
      fix: 'Give the broker the credential made by `portolan-platform broker-credential` from the secret of this platform.',
    },
  );
}

/** Fails with `not-allowed` unless the caller may act as broker `id`, and the operator has approved that broker. */
export function requireBrokerId(
  { brokerId }: BrokerIdentity,
  id: string,
  approved: ReadonlySet<string> | null,
): void {
  if (brokerId !== null && brokerId !== id) {
    throw new AppError('not-allowed', `This credential is of broker ${brokerId}, not of ${id}.`, {
      fix: 'Give each broker its own credential.',
    });
  }
  if (approved && !approved.has(id)) {
    throw new AppError('not-allowed', `Broker ${id} is not among the brokers that the platform was given.`, {
      fix: 'Add it to --brokers of the platform.',
    });
  }
}
