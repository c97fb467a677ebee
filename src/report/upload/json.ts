import type { UploadReport } from '../../model/upload-report.ts';
import { clean } from './clean.ts';

export function json(told: UploadReport | readonly UploadReport[]): string {
  const cleaned = 'files' in told ? clean(told) : told.map(clean);
  return `${JSON.stringify(cleaned, null, 2)}\n`;
}

/** For a program that reads one after the other. */
export function jsonLine(report: UploadReport): string {
  return `${JSON.stringify(clean(report))}\n`;
}
