import type { Decision } from './decision.ts';

/** A decision as plain lines: the walk, then the verdict. */
export function formatDecision(decision: Decision): string[] {
  const width = Math.max(0, ...decision.reasons.map(({ step }) => step.length));
  const lines = decision.reasons.flatMap(({ step, ok, text, fix, who }) => {
    const indent = ' '.repeat(width + 4);
    const line = `${ok ? '✓' : '✗'} ${step.padEnd(width)}  ${text}`;
    return [
      line,
      ...(fix === undefined || ok ? [] : [`${indent}to change it: ${fix}`]),
      ...(who === undefined || ok ? [] : [`${indent}who may: ${who}`]),
    ];
  });
  return [
    ...lines,
    `${decision.verdict === 'allow' ? 'allowed' : 'refused'}: ${describeStatus(decision.status)}`,
  ];
}

const MEANINGS: Readonly<Record<number, string>> = {
  200: 'forwarded to the upstream',
  400: '400 Bad Request',
  401: '401 Unauthorized',
  403: '403 Forbidden',
  404: '404 Not Found',
  429: '429 Too Many Requests',
  500: '500 Internal Server Error',
  503: '503 Service Unavailable',
};

function describeStatus(status: number): string {
  return MEANINGS[status] ?? String(status);
}
