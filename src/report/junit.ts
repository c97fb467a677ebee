import XMLBuilder from 'fast-xml-builder';
import type { CheckResult, Report, TargetReport } from '../model/report.ts';
import { accountOf } from './account.ts';
import { type Folded, foldedIn } from './causes.ts';
import { lookedAtText } from './looked-at.ts';
import type { Presentation } from './presentation.ts';
import {
  isWaived,
  live,
  reasonOf,
  resultsOf,
  type TestOutcome,
  testOutcomeOf,
  waiverText,
} from './results.ts';
import { settingsLines } from './settings-lines.ts';
import type { ShownReport } from './shown.ts';

/**
 * A suite for each target, and in it a test case for each check, not for each finding: a case of the same name that
 * passed before is what makes a consumer say "new failure" or "fixed", and several of them show one failure of a case only.
 * A place stands in the text: the schema has no attribute for it.
 */
export function junit(report: ShownReport, { failOn }: Presentation): string {
  const folded = foldedIn(report);
  const suites = report.targets.map((target) => suite(target, report, failOn, folded));
  const sum = (key: '@tests' | '@failures' | '@errors') =>
    suites.reduce((total, each) => total + each[key], 0);
  const document = {
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': report.tool.name,
      '@tests': sum('@tests'),
      '@failures': sum('@failures'),
      '@errors': sum('@errors'),
      '@time': seconds(report.durationMs),
      testsuite: suites,
    },
  };
  const xml = new XMLBuilder({
    attributeNamePrefix: '@',
    textNodeName: '#',
    ignoreAttributes: false,
    suppressBooleanAttributes: false,
    suppressEmptyNode: true,
    format: true,
  }).build(document);
  // A runner that shows it would take these for commands.
  return `${xml.toWellFormed().replaceAll('::', '&#58;:').replaceAll('##', '&#35;#').trim()}\n`;
}

function suite(target: TargetReport, { startedAt }: Report, failOn: Presentation['failOn'], folded: Folded) {
  const checked = resultsOf(target).map((result) => ({ result, outcome: testOutcomeOf(result, failOn) }));
  const count = (...wanted: TestOutcome[]) =>
    checked.filter(({ outcome }) => wanted.includes(outcome)).length;
  const { name, system, durationMs } = target;
  return {
    '@name': name,
    '@tests': checked.length,
    '@failures': count('failed'),
    '@errors': count('unknown'),
    '@skipped': count('skipped', 'waived'),
    '@time': seconds(durationMs),
    '@timestamp': (system.collectedAt ?? startedAt).slice(0, 19),
    '@hostname': system.hostname ?? name,
    properties: {
      property: [
        { '@name': 'checked', '@value': lookedAtText(target) },
        ...settingsLines(target).map((line) => ({ '@name': 'setting', '@value': line })),
      ],
    },
    testcase: checked.map(({ result, outcome }) => ({
      '@classname': name,
      '@name': result.check,
      ...outcomeElement(result, outcome, bodyOf(result, target, folded)),
    })),
  };
}

function outcomeElement(result: CheckResult, outcome: TestOutcome, body: string): object {
  const message = reasonOf(result);
  switch (outcome) {
    case 'passed':
      return result.reason === undefined ? {} : { 'system-out': result.reason };
    case 'warned':
      return { 'system-out': body };
    case 'skipped':
      return { skipped: { '@message': message } };
    case 'waived': {
      const reasons = result.findings.filter(isWaived).map(waiverText).join('; ');
      return { skipped: { '@message': `waived: ${reasons}`, '#': body } };
    }
    case 'unknown':
      return { error: { '@message': `could not be checked: ${message}`, '@type': 'unknown', '#': body } };
    case 'failed': {
      const titles = live(result).map(({ title }) => title);
      const said = titles.length > 0 ? titles.join('; ') : message;
      return { failure: { '@message': said, '@type': result.status, '#': body } };
    }
  }
}

function bodyOf(result: CheckResult, target: TargetReport, folded: Folded): string {
  const found = live(result).flatMap((finding) => [
    `${finding.status.toUpperCase()} ${finding.title}`,
    ...accountOf(finding, target, folded).map((line) => `  ${line}`),
  ]);
  const waived = result.findings
    .filter(isWaived)
    .map((finding) => `waived: ${finding.title}: ${waiverText(finding)}`);
  const notChecked =
    result.reason === undefined || result.status === 'ok' || result.status === 'skipped'
      ? []
      : [`not everything could be read: ${result.reason}`];
  return [...found, ...notChecked, ...waived].join('\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
