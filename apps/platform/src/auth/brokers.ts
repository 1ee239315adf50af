import { brokerCredential, claimedId, isSameText } from '@portolan/process/broker-credential';
import { AppError } from '../app-error.ts';

/** Broker that proved its identity by its credential. Whether it is approved is a matter of the fleet. */
export interface BrokerIdentity {
  readonly brokerId: string;
}

/** Returns the broker whose credential an `Authorization` header holds. @throws AppError `invalid-token`. */
export function requireBroker(authorization: string | undefined, secret: string): BrokerIdentity {
  const given = /^Bearer (\S{1,512})$/i.exec(authorization ?? '')?.[1] ?? '';
  const brokerId = claimedId(given);
  if (brokerId !== null && isSameText(given, brokerCredential(secret, brokerId))) return { brokerId };
  throw new AppError(
    'invalid-token',
    'This operation is available only to brokers, and the broker credential is invalid.',
    {
      fix: 'Start the broker with the credential that `portolan-platform broker-credential` prints for the secret of this platform.',
    },
  );
}

/** Requires that the caller is broker `id`. @throws AppError `not-allowed`. */
export function requireBrokerId({ brokerId }: BrokerIdentity, id: string): void {
  if (brokerId === id) return;
  throw new AppError('not-allowed', `This credential belongs to broker ${brokerId}, not ${id}.`, {
    fix: 'Give each broker its own credential.',
  });
}
