import { CheckboxField } from '@portolan/ui/checkbox';
import { Dialog } from '@portolan/ui/dialog';
import { Kbd } from '@portolan/ui/kbd';
import { preferences, setPreferences } from '../preferences/preferences.ts';
import { useStore } from '../preferences/store.ts';
import { areShortcutsShown } from './shown-shortcuts.ts';
import { layers } from './shortcuts.ts';

/** Every key that does something on this page. */
export function ShortcutHelp() {
  const { shortcuts } = useStore(preferences);
  const here = layers.get().map((layer) => layer());
  return (
    <Dialog isOpen onClose={() => areShortcutsShown.set(false)} title="Keyboard shortcuts" size="large">
      <CheckboxField
        label="Single keys as shortcuts"
        help="Switch them off if they are in the way of speech input or other tools."
        checked={shortcuts}
        onChange={(event) => setPreferences({ shortcuts: event.target.checked })}
      />
      <div className="mt-4 grid gap-x-8 gap-y-6 md:grid-cols-2">
        {here.toReversed().map((layer) => (
          <section key={layer.title}>
            <h3 className="mb-1 font-semibold">{layer.title}</h3>
            <dl className="flex flex-col gap-1">
              {layer.shortcuts
                .filter(({ keys }) => keys.length > 0)
                .map(({ keys, title }) => (
                  <div key={`${keys[0]} ${title}`} className="flex items-baseline gap-3">
                    <dt className="flex w-28 shrink-0 gap-1">
                      {keys.map((key) => (
                        <Kbd key={key}>{key === ' ' ? 'Space' : key}</Kbd>
                      ))}
                    </dt>
                    <dd>{title}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
