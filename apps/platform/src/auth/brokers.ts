import { AppError } from '../app-error.ts';
import { brokerCredential, claimedId, isSameText } from '../../../../shared/process/src/broker-credential.ts';

/** Authenticated broker; `brokerId` is null for the broker secret, which is valid for every broker. */
export interface BrokerIdentity {
  readonly brokerId: string | null;
}

/**
 * Returns the broker of an `Authorization` header. Accepts a broker's own credential, and the broker secret for older brokers.
 * @throws AppError `invalid-token`.
 */
export function requireBroker(authorization: string | undefined, secret: string): BrokerIdentity {
  const given = /^Bearer (\S{1,512})$/i.exec(authorization ?? '')?.[1] ?? '';
  const brokerId = claimedId(given);
  if (isSameText(given, brokerId === null ? secret : brokerCredential(secret, brokerId))) return { brokerId };
  throw new AppError(
    'invalid-token',
    'This operation is available only to brokers, and the broker credential is invalid.',
    {
      fix: 'Start the broker with the credential that `portolan-platform broker-credential` prints for the secret of this platform.',
    },
  );
}

/**
 * Requires that the caller may act as broker `id` and that the operator has approved that broker.
 * @throws AppError `not-allowed`.
 */
export function requireBrokerId(
  { brokerId }: BrokerIdentity,
  id: string,
  approved: ReadonlySet<string> | null,
): void {
  if (brokerId !== null && brokerId !== id) {
    throw new AppError('not-allowed', `This credential belongs to broker ${brokerId}, not ${id}.`, {
      fix: 'Give each broker its own credential.',
    });
  }
  if (approved && !approved.has(id)) {
    throw new AppError('not-allowed', `Broker ${id} is not in the platform's list of brokers.`, {
      fix: 'Add it to the --brokers flag of the platform.',
    });
  }
}
