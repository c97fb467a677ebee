import type { Finding, TargetReport } from '../model/report.ts';
import type { Folded } from './causes.ts';
import { evidenceOf } from './findings.ts';
import { remedyLines } from './remedy-lines.ts';

/** What is to be told of a finding below its title, a line each, for readers without colors or columns. */
export function accountOf(finding: Finding, target: TargetReport, folded: Folded): string[] {
  const { summary, remedy, causedBy } = finding;
  const root = folded.get(finding);
  return [
    ...(summary === '' ? [] : [summary]),
    ...evidenceOf(finding, target).map((text) => `- ${text}`),
    ...(causedBy === undefined ? [] : [`Caused by what ${causedBy} found.`]),
    ...(root === undefined ? remedyLines(remedy, target) : [`The fix is shown with: ${root.title}`]),
  ];
}
