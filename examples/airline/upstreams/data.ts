/** What the airline's services know. Small enough to read, large enough to play with. */
export const flights = [
  {
    number: 'PO101',
    from: 'GVA',
    to: 'LIS',
    departure: '2026-11-22T06:40:00Z',
    aircraft: 'A220-300',
    gate: 'B4',
    status: 'boarding',
  },
  {
    number: 'PO118',
    from: 'LIS',
    to: 'GVA',
    departure: '2026-11-22T10:05:00Z',
    aircraft: 'A220-300',
    gate: '12',
    status: 'scheduled',
  },
  {
    number: 'PO204',
    from: 'GVA',
    to: 'TUN',
    departure: '2026-11-22T07:15:00Z',
    aircraft: 'A320neo',
    gate: 'C1',
    status: 'delayed',
  },
  {
    number: 'PO330',
    from: 'MRS',
    to: 'GOA',
    departure: '2026-11-22T09:30:00Z',
    aircraft: 'ATR 72-600',
    gate: '3',
    status: 'scheduled',
  },
];

export const tickets = [
  {
    id: 'T-7001',
    flight: 'PO101',
    customer: 'C-31',
    seat: '4A',
    price: { amount: 129.9, currency: 'EUR' },
    refundable: true,
  },
  {
    id: 'T-7002',
    flight: 'PO101',
    customer: 'C-32',
    seat: '4B',
    price: { amount: 89, currency: 'EUR' },
    refundable: false,
  },
  {
    id: 'T-7003',
    flight: 'PO330',
    customer: 'C-33',
    seat: '11F',
    price: { amount: 54.5, currency: 'EUR' },
    refundable: false,
  },
];

export const customers = [
  { id: 'C-31', name: 'Inês Duarte', tier: 'gold', miles: 81240 },
  { id: 'C-32', name: 'Marc Favre', tier: 'basic', miles: 1200 },
  { id: 'C-33', name: 'Giulia Parodi', tier: 'silver', miles: 22870 },
];

export const employees = [
  { id: 'E-1', name: 'Amina Trabelsi', role: 'captain', base: 'TUN' },
  { id: 'E-2', name: 'Jonas Keller', role: 'first officer', base: 'GVA' },
  { id: 'E-3', name: 'Rui Matos', role: 'purser', base: 'LIS' },
  { id: 'E-4', name: 'Chloé Martin', role: 'ground operations', base: 'MRS' },
];
