import type { UploadReport } from '../../model/upload-report.ts';
import { clean } from './clean.ts';

export function json(report: UploadReport): string {
  return `${JSON.stringify(clean(report), null, 2)}\n`;
}
