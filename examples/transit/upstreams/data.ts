/** What a small city's transport authority knows. */
export const stops = [
  { id: 'harbour', name: 'Harbour', zone: 1, lines: ['T1', 'F2'] },
  { id: 'old-mill', name: 'Old Mill', zone: 1, lines: ['T1', 'B7'] },
  { id: 'observatory', name: 'Observatory', zone: 2, lines: ['B7'] },
  { id: 'salt-market', name: 'Salt Market', zone: 1, lines: ['T1', 'T3', 'F2'] },
];

export const departures = [
  { id: 'd-1041', stop: 'harbour', line: 'T1', towards: 'Salt Market', at: '08:12', delayMinutes: 0 },
  { id: 'd-1042', stop: 'harbour', line: 'F2', towards: 'Salt Market', at: '08:20', delayMinutes: 4 },
  { id: 'd-1043', stop: 'old-mill', line: 'B7', towards: 'Observatory', at: '08:21', delayMinutes: 0 },
  { id: 'd-1044', stop: 'salt-market', line: 'T3', towards: 'Depot', at: '08:25', delayMinutes: 1 },
];

export const tickets = [
  { id: 'single-1', title: 'Single, zone 1', price: '2.40' },
  { id: 'single-2', title: 'Single, zones 1 and 2', price: '3.60' },
  { id: 'day', title: 'Day pass, all zones', price: '7.00' },
];
