import type { UploadReport } from '../../model/upload-report.ts';
import { redact } from '../../text/redact.ts';

/** The report without what looks like a secret: a server's words are in its sentences. */
export function clean(report: UploadReport): UploadReport {
  const { server, message, notes, files } = report;
  return {
    ...report,
    ...(server === undefined ? {} : { server: { ...server, url: server.url.replace(/\/\/[^/]*@/, '//') } }),
    ...(message === undefined ? {} : { message: redact(message) }),
    notes: notes.map(redact),
    files: files.map((file) => (file.reason === undefined ? file : { ...file, reason: redact(file.reason) })),
  };
}
