import { INITIAL_WINDOW_BYTES } from './frame.ts';

/** What all streams of a session share when their windows grow. */
export interface WindowBudget {
  readonly maxBytes: number;
  /** Growth beyond the start windows still allowed in this session. */
  growthLeftBytes: number;
  readonly rttMs: number;
  now(): number;
}

/** Half a window consumed within this many round trips says that the window, not the reader, is the limit. */
const GROW_WITHIN_ROUND_TRIPS = 4;

/**
 * Up to this size a window grows as if the path were at least BUSY_MS long: on a busy machine it is the wait for a
 * processor, not the path, that a sender without window waits for. Larger ones would only fill queues on short paths.
 */
const BUSY_BYTES = 1024 * 1024;
const BUSY_MS = 25;

/** Large windows are credited in steps of this size, not halves: on a long path the sender then never runs dry. */
const UPDATE_BYTES_MAX = 512 * 1024;

/**
 * One stream's receive window: credited when the reader consumes, so that its pace reaches the sender; doubled
 * while it is what limits the sender, within the stream's maximum and the session's budget.
 */
export class ReceiveWindow {
  /** What the peer may still send. */
  availableBytes = INITIAL_WINDOW_BYTES;
  /** Received and not yet consumed. */
  unreadBytes = 0;
  #sizeBytes: number;
  #grownBytes = 0;
  #epochBytes = 0;
  #epochStartedAt: number;
  readonly #budget: WindowBudget;

  constructor(sizeBytes: number, budget: WindowBudget) {
    this.#sizeBytes = sizeBytes;
    this.#budget = budget;
    this.#epochStartedAt = budget.now();
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The part of a larger start window that SYN or ACK announces; 0 for the standard size. */
  announce(): number {
    const delta = Math.max(0, this.#sizeBytes - this.availableBytes - this.unreadBytes);
    this.availableBytes += delta;
    return delta;
  }

  /** Accounts for received payload; false if the peer sent more than it was allowed to. */
  receive(bytes: number): boolean {
    if (bytes > this.availableBytes) return false;
    // A stream that rested must not look slow: the epoch starts with the first byte after the pause.
    if (this.#epochBytes === 0 && this.unreadBytes === 0 && this.availableBytes >= this.#sizeBytes) {
      this.#epochStartedAt = this.#budget.now();
    }
    this.availableBytes -= bytes;
    this.unreadBytes += bytes;
    return true;
  }

  /** Accounts for bytes the reader took and returns the update to send, 0 while it is not worth a frame. */
  consume(bytes: number): number {
    this.unreadBytes -= bytes;
    const delta = this.#sizeBytes - this.availableBytes - this.unreadBytes;
    if (delta < Math.min(this.#sizeBytes / 2, UPDATE_BYTES_MAX)) return 0;
    this.#epochBytes += delta;
    const grown = this.#epochBytes < this.#sizeBytes / 2 ? 0 : this.#grow();
    this.availableBytes += delta + grown;
    return delta + grown;
  }

  /** Returns the growth to the session when the stream ends. */
  release(): void {
    this.#budget.growthLeftBytes += this.#grownBytes;
    this.#grownBytes = 0;
  }

  #grow(): number {
    const now = this.#budget.now();
    const elapsed = now - this.#epochStartedAt;
    // The epoch scales with what was consumed in it, or a window that is updated late would stop growing early.
    const halves = this.#epochBytes / (this.#sizeBytes / 2);
    this.#epochStartedAt = now;
    this.#epochBytes = 0;
    const { rttMs } = this.#budget;
    const roundTripMs = this.#sizeBytes < BUSY_BYTES ? Math.max(rttMs, BUSY_MS) : rttMs;
    const allowance = GROW_WITHIN_ROUND_TRIPS * roundTripMs * halves;
    if (elapsed > allowance) return 0;
    const room = Math.min(this.#budget.maxBytes - this.#sizeBytes, this.#budget.growthLeftBytes);
    const grown = Math.max(0, Math.min(this.#sizeBytes, room));
    this.#sizeBytes += grown;
    this.#grownBytes += grown;
    this.#budget.growthLeftBytes -= grown;
    return grown;
  }
}
