/** Bounds on HTTP messages at every entrance, in bytes: what a gateway takes, the edge in front of it takes too. */
export const MESSAGE_BOUNDS = {
  /** Of a request target; beyond it 414. */
  targetBytesMax: 16 * 1024,
  /** Of the header fields of a request; beyond it 431. */
  headerBytesMax: 32 * 1024,
  headerCountMax: 200,
  /** Of the head of a response; beyond it 502. */
  responseHeadBytesMax: 64 * 1024,
} as const;
