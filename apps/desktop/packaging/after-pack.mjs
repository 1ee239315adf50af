// electron-builder loads hooks from JavaScript modules.
export { afterPack } from '../src/packaging/after-pack.ts';
