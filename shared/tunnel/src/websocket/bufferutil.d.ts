declare module 'bufferutil' {
  const bufferUtil: {
    mask(source: Buffer, mask: Buffer, output: Buffer, offset: number, length: number): void;
    unmask(buffer: Buffer, mask: Buffer): void;
  };
  export default bufferUtil;
}
