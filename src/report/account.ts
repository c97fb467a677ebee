import type { Finding, TargetReport } from '../model/report.ts';
import { locationsOf, locationText } from './finding-location.ts';
import { evidenceText } from './findings.ts';
import { remedyLines } from './remedy-lines.ts';

/** What is to be told of a finding below its title, a line each, for readers without colors or columns. */
export function accountOf(finding: Finding, target: TargetReport): string[] {
  const { summary, remedy, causedBy } = finding;
  return [
    ...(summary === '' ? [] : [summary]),
    ...evidenceOf(finding, target).map((text) => `- ${text}`),
    ...(causedBy === undefined ? [] : [`Caused by what ${causedBy} found.`]),
    ...remedyLines(remedy, target),
  ];
}

/** Each with its place in a file, where it has one; of a configuration from the working directory, so that it leads there. */
export function evidenceOf(finding: Finding, target: TargetReport): string[] {
  const locations = new Map(
    locationsOf(finding, target).map((location) => [location.evidence, locationText(location)]),
  );
  return finding.evidence.map((item) => {
    const location = locations.get(item);
    if (location === undefined) return evidenceText(item, target);
    // What was seen in a file has its place for a source.
    return `/${location}`.endsWith(`/${item.source}`)
      ? evidenceText({ ...item, source: location }, target)
      : `${evidenceText(item, target)} (${location})`;
  });
}
