import { Button } from '@portolan/ui/button';
import { Menu, MenuGroup, MenuItem } from '@portolan/ui/menu';
import { clsx } from 'clsx';
import { ChevronsUpDown } from 'lucide-react';
import type { DesktopHost } from '../host/desktop-host.ts';
import { CONTEXT_GROUND } from './context-colours.ts';
import { useContexts } from './use-contexts.ts';

/** The context of the window with its colour, and the way to the others: each opens in a window of its own. */
export function ContextSwitcher({ desktop: { bridge, context } }: { readonly desktop: DesktopHost }) {
  const contexts = useContexts(bridge) ?? [context];
  return (
    <Menu
      trigger={
        <Button variant="quiet" size="small" className="max-w-48 text-text" title={context.platform}>
          <Dot colour={CONTEXT_GROUND[context.colour]} />
          <span className="truncate">{context.name}</span>
          <ChevronsUpDown size={13} aria-hidden className="text-muted" />
        </Button>
      }
    >
      <MenuGroup label="Contexts">
        {contexts.map(({ name, platform, colour, isProduction }) => (
          <MenuItem key={name} hint={platform} onSelect={() => void bridge.openContext({ name })}>
            <span className="flex items-center gap-2">
              <Dot colour={CONTEXT_GROUND[colour]} />
              {isProduction ? `${name} (production)` : name}
            </span>
          </MenuItem>
        ))}
      </MenuGroup>
    </Menu>
  );
}

export function Dot({ colour }: { readonly colour: string }) {
  return <span aria-hidden className={clsx('size-2.5 shrink-0 rounded-full', colour)} />;
}
