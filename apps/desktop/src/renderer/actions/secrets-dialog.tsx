import type { Secret } from '@portolan/console/actions/action';
import { Button } from '@portolan/ui/button';
import { CodeBlock } from '@portolan/ui/code-block';
import { Dialog } from '@portolan/ui/dialog';
import { createStore, useStore } from '../preferences/store.ts';

interface Shown {
  readonly title: string;
  readonly secrets: readonly Secret[];
}

const shownSecrets = createStore<Shown | null>(null);

/** Secrets that are seen this once; the dialog stays until the person says that they are kept. */
export function SecretsDialog() {
  const shown = useStore(shownSecrets);
  if (shown === null) return null;
  return (
    <Dialog
      isOpen
      title={shown.title}
      footer={
        <Button variant="primary" onClick={() => shownSecrets.set(null)}>
          I have stored it
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {shown.secrets.map((secret) => (
          <div key={secret.value} className="flex flex-col gap-2">
            <p>{secret.note}</p>
            <CodeBlock label={secret.title} text={secret.value} />
          </div>
        ))}
      </div>
    </Dialog>
  );
}

/** Shows secrets until they are stored. */
SecretsDialog.show = (title: string, secrets: readonly Secret[]): void =>
  shownSecrets.set({ title, secrets });
