import { randomInt } from 'node:crypto';
import type { Channel } from './channel.ts';

const SLOTS_MIN = 16;

/** Odd and unknown to peers, who choose half of the ids: they cannot choose such as share a slot. */
const FACTOR = randomInt(2 ** 31) * 2 + 1;

/**
 * The channels of a session by id. Not a Map: with much coming and going its tables are replaced all the time, and a
 * replaced table that a collection has promoted keeps alive whatever its successors held, so that every stream would
 * outlive the young generation.
 */
export class ChannelTable {
  /** Chains of channels, by the upper bits of their hashed id. */
  #slots: (Channel | undefined)[] = emptySlots(SLOTS_MIN);
  #shift = shiftFor(SLOTS_MIN);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): Channel | undefined {
    let channel = this.#slots[this.#slotOf(id)];
    while (channel && channel.id !== id) channel = channel.nextInSlot;
    return channel;
  }

  add(channel: Channel): void {
    if (this.#size >= this.#slots.length) this.#resize(this.#slots.length * 2);
    this.#put(channel);
    this.#size++;
  }

  /** Returns whether it was there. */
  remove(channel: Channel): boolean {
    const slot = this.#slotOf(channel.id);
    let before: Channel | undefined;
    let found = this.#slots[slot];
    while (found && found !== channel) {
      before = found;
      found = found.nextInSlot;
    }
    if (!found) return false;
    if (before) before.nextInSlot = found.nextInSlot;
    else this.#slots[slot] = found.nextInSlot;
    found.nextInSlot = undefined;
    this.#size--;
    if (this.#slots.length > SLOTS_MIN && this.#size < this.#slots.length / 8) {
      this.#resize(this.#slots.length / 2);
    }
    return true;
  }

  /** Those of this moment, in no particular order. */
  all(): Channel[] {
    const channels: Channel[] = [];
    for (let channel of this.#slots) {
      for (; channel; channel = channel.nextInSlot) channels.push(channel);
    }
    return channels;
  }

  #slotOf(id: number): number {
    return Math.imul(id, FACTOR) >>> this.#shift;
  }

  #put(channel: Channel): void {
    const slot = this.#slotOf(channel.id);
    channel.nextInSlot = this.#slots[slot];
    this.#slots[slot] = channel;
  }

  #resize(slots: number): void {
    const channels = this.all();
    this.#slots = emptySlots(slots);
    this.#shift = shiftFor(slots);
    for (const channel of channels) this.#put(channel);
  }
}

/** 32 bits of hash, less those that number the slots (a power of two). */
function shiftFor(slots: number): number {
  return 32 - Math.log2(slots);
}

function emptySlots(count: number): (Channel | undefined)[] {
  return Array.from({ length: count }, () => undefined);
}
