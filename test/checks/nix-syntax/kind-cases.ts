import type { KindCases } from '../kind-cases.ts';

export const cases: KindCases = {
  'syntax-error': { source: '{ a = 1 }', near: ['1 }', '1; }'] },
};
