import { PlatformError } from '@portolan/contract/client';
import { explain } from '@portolan/console/failure';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';

/** What went wrong with one pane, and the way to try again; the others go on. */
export function ErrorPanel({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { message, fix } = explain(error);
  const isForbidden = error instanceof PlatformError && error.code === 'not-allowed';
  return (
    <Callout
      tone={isForbidden ? 'warn' : 'bad'}
      title={message}
      {...(onRetry === undefined
        ? {}
        : {
            actions: (
              <Button size="small" onClick={onRetry}>
                Try again
              </Button>
            ),
          })}
    >
      {fix}
    </Callout>
  );
}
