import type { Column, Kind } from '@portolan/console/kinds/kind';
import { Button } from '@portolan/ui/button';
import { Menu, MenuCheckboxItem, MenuGroup, MenuItem } from '@portolan/ui/menu';
import { toast } from '@portolan/ui/toast';
import { explain } from '@portolan/console/failure';
import { Columns3, Download, RefreshCw } from 'lucide-react';
import { heading } from '../data/headings.ts';
import type { Selection } from '../data/use-rows.ts';
import { useHost } from '../host/host-context.tsx';
import { preferences, setPreferences } from '../preferences/preferences.ts';
import { useStore } from '../preferences/store.ts';
import { useSession } from '../session/session-context.tsx';
import { exportRows, EXPORT_FORMATS, type ExportFormat } from './export-rows.ts';

interface ListToolsProps {
  readonly kind: Kind;
  readonly columns: readonly Column<unknown>[];
  readonly selection: Selection;
  readonly onColumns: (ids: string | undefined) => void;
  readonly onRefresh: () => void;
}

/** Columns, density, export and reading again. */
export function ListTools({ kind, columns, selection, onColumns, onRefresh }: ListToolsProps) {
  const host = useHost();
  const session = useSession();
  const { density, columns: kept } = useStore(preferences);
  const ids = columns.map(({ id }) => id);
  const set = (next: readonly string[]) => {
    setPreferences({ columns: { ...kept, [kind.name]: [...next] } });
    onColumns(undefined);
  };
  const reset = () => {
    const { [kind.name]: _, ...rest } = kept;
    setPreferences({ columns: rest });
    onColumns(undefined);
  };
  const save = async (format: ExportFormat) => {
    try {
      const { text, type, count } = await exportRows({ kind, session, selection, columns, format });
      host.saveFile(`${kind.name}.${format}`, text, type);
      toast({ title: `Exported ${count} ${kind.title.toLowerCase()}.` });
    } catch (error) {
      toast({ title: explain(error).message, tone: 'bad' });
    }
  };
  return (
    <div className="flex gap-1">
      <Menu
        align="end"
        trigger={
          <Button size="icon" className="size-8" aria-label="Columns and density">
            <Columns3 size={15} aria-hidden />
          </Button>
        }
      >
        <MenuGroup label="Columns">
          {kind.columns.map(({ id, title }) => (
            <MenuCheckboxItem
              key={id}
              isChecked={ids.includes(id)}
              onChange={(isOn) =>
                // Columns keep the order of the kind, and one always stays.
                set(
                  kind.columns.map((one) => one.id).filter((one) => (one === id ? isOn : ids.includes(one))),
                )
              }
            >
              {heading(title)}
            </MenuCheckboxItem>
          ))}
          <MenuItem onSelect={reset}>Default columns</MenuItem>
        </MenuGroup>
        <MenuGroup label="Density">
          <MenuCheckboxItem
            isChecked={density === 'compact'}
            onChange={(isOn) => setPreferences({ density: isOn ? 'compact' : 'comfortable' })}
          >
            Compact rows
          </MenuCheckboxItem>
        </MenuGroup>
      </Menu>
      <Menu
        align="end"
        trigger={
          <Button size="icon" className="size-8" aria-label="Export">
            <Download size={15} aria-hidden />
          </Button>
        }
      >
        <MenuGroup label="Export all rows that match">
          {EXPORT_FORMATS.map((format) => (
            <MenuItem key={format} onSelect={() => void save(format)}>
              {format.toUpperCase()}
            </MenuItem>
          ))}
        </MenuGroup>
      </Menu>
      <Button size="icon" className="size-8" aria-label="Read again" onClick={onRefresh}>
        <RefreshCw size={15} aria-hidden />
      </Button>
    </div>
  );
}
