import type { Kind } from '@portolan/console/kinds/kind';
import { Button } from '@portolan/ui/button';
import { Menu, MenuItem } from '@portolan/ui/menu';
import { ChevronDown } from 'lucide-react';
import { useWriteLock } from '../preferences/write-lock.ts';
import { whyNot, type Offer } from './offer.ts';
import { useInView } from './in-view.ts';
import { take } from './running.ts';
import { useOffers } from './use-offers.ts';
import { useCommands } from './commands.ts';

/** The menu of what can be done to objects of a kind. */
export function RowActions({ kind, row }: { readonly kind: Kind; readonly row: unknown }) {
  useInView(kind, row);
  const selected = [row];
  const offers = useOffers(kind.name).filter(({ takes }) => takes !== 'none');
  const commands = useCommands(kind.name).filter(({ takes }) => takes === 'one');
  if (offers.length + commands.length === 0) return null;
  return (
    <Menu
      align="end"
      trigger={
        <Button>
          Actions <ChevronDown size={14} aria-hidden />
        </Button>
      }
    >
      {commands.map((command) => (
        <MenuItem key={command.id} onSelect={() => command.run(selected)} keys={command.keys[0]}>
          {command.title}
        </MenuItem>
      ))}
      <OfferItems offers={offers} selected={selected} />
    </Menu>
  );
}

/** Menu items for offers; those that cannot be taken say why. */
function OfferItems({
  offers,
  selected,
}: {
  readonly offers: readonly Offer[];
  readonly selected: readonly unknown[];
}) {
  const { isLocked } = useWriteLock();
  return offers.map((offer) => {
    const { action, title = action.title, keys = action.keys } = offer;
    const reason = isLocked ? 'Writing to production is locked.' : whyNot(offer, selected);
    // Of two opposite actions only the one that applies is shown.
    if (reason !== null && /^it is .* already$/.test(reason)) return null;
    return (
      <MenuItem
        key={action.id}
        onSelect={() => take({ offer, selected })}
        isDanger={action.danger >= 2}
        isDisabled={reason !== null}
        keys={keys[0]}
        hint={reason ?? undefined}
      >
        {title}
      </MenuItem>
    );
  });
}
