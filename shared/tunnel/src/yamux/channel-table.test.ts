import { array, assert, constantFrom, nat, oneof, property, tuple } from 'fast-check';
import { expect, it } from 'vitest';
import { Channel, type ChannelHost } from './channel.ts';
import { ChannelTable } from './channel-table.ts';

const host = { now: () => 0 } as ChannelHost;
const make = (id: number) => new Channel(id, 262_144, host);

const id = oneof(nat(40), constantFrom(2 ** 31, 2 ** 31 + 2, 2 ** 32 - 1), nat(60_000));
const steps = array(tuple(constantFrom('add', 'add', 'remove', 'get'), id), { maxLength: 400 });

it('holds what a Map would hold, whatever comes and goes', () => {
  assert(
    property(steps, (script) => {
      const table = new ChannelTable();
      const model = new Map<number, Channel>();
      for (const [what, at] of script) {
        const known = model.get(at);
        if (what === 'get') expect(table.get(at)).toBe(known);
        else if (what === 'remove') {
          expect(table.remove(known ?? make(at))).toBe(model.delete(at));
        } else if (!known) {
          const channel = make(at);
          model.set(at, channel);
          table.add(channel);
        }
      }
      expect(table.size).toBe(model.size);
      expect(new Set(table.all())).toEqual(new Set(model.values()));
    }),
  );
});

it('lets what was removed go, though it was full once', () => {
  const table = new ChannelTable();
  const channels = Array.from({ length: 20_000 }, (_, index) => make(index * 4_096));
  for (const channel of channels) table.add(channel);
  for (const channel of channels) expect(table.get(channel.id)).toBe(channel);
  for (const channel of channels) expect(table.remove(channel)).toBe(true);
  expect([table.size, table.all().length]).toEqual([0, 0]);
  expect(channels.every(({ nextInSlot }) => nextInSlot === undefined)).toBe(true);
});
