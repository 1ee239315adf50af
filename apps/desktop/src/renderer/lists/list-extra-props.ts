/** What a list has above its rows beside what every list has. */
export interface ListExtraProps {
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
}
