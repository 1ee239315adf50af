import { explain } from '@portolan/console/failure';
import { Button } from '@portolan/ui/button';
import { Callout } from '@portolan/ui/callout';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useStore } from '../preferences/store.ts';
import { isNewerThere } from './newer-version.ts';

/** A page that could not be shown; the frame around it stays. */
export function PageError({ error }: ErrorComponentProps) {
  const isNewer = useStore(isNewerThere);
  const { message, fix } = explain(error);
  return (
    <div className="mx-auto max-w-xl p-6 pt-[10vh]">
      <Callout
        tone="bad"
        title={isNewer ? 'This page was replaced by another version' : 'This page could not be shown'}
        actions={<Button onClick={() => window.location.reload()}>Reload</Button>}
      >
        {isNewer
          ? 'The platform was updated while it was open. Reload it.'
          : [message, fix].filter(Boolean).join(' ')}
      </Callout>
    </div>
  );
}
