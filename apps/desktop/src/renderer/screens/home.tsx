import { useTitle } from '../frame/use-title.ts';

/** The start page. */
export function Home() {
  useTitle('Home');
  return <h1 className="p-6 text-2xl font-semibold">Home</h1>;
}
