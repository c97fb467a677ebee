import XMLBuilder from 'fast-xml-builder';
import type { CheckResult, Report, TargetReport } from '../model/report.ts';
import { plainThroughout } from '../text/plain.ts';
import { accountOf, flat } from './account.ts';
import type { Presentation } from './presentation.ts';
import { isWaived, reasonOf, resultsOf, type Verdict, verdictOf, waiverText, worstFirst } from './verdict.ts';

/** Beside what `plain` takes out, what no document of XML 1.0 may hold. */
const NOT_IN_XML = /[\ufffe\uffff]/g;

/**
 * A suite for each target, and in it a test case for each check, not for each finding: a case of the same name that
 * passed before is what makes a consumer say "new failure" or "fixed", and several of them show one failure of a case only.
 * A place stands in the text: the schema has no attribute for it.
 */
export function junit(given: Report, { failOn }: Presentation): string {
  const report = plainThroughout(given);
  const suites = report.targets.map((target) => suite(target, report, failOn));
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
  return `${xml.toWellFormed().replace(NOT_IN_XML, '').replaceAll('::', '&#58;:').replaceAll('##', '&#35;#').trim()}\n`;
}

function suite(target: TargetReport, { startedAt }: Report, failOn: Presentation['failOn']) {
  const judged = resultsOf(target).map((result) => ({ result, verdict: verdictOf(result, failOn) }));
  const count = (...wanted: Verdict[]) => judged.filter(({ verdict }) => wanted.includes(verdict)).length;
  const { name, system, durationMs } = target;
  return {
    '@name': flat(name),
    '@tests': judged.length,
    '@failures': count('failed'),
    '@errors': count('unknown'),
    '@skipped': count('skipped', 'waived'),
    '@time': seconds(durationMs),
    '@timestamp': (system.collectedAt ?? startedAt).slice(0, 19),
    '@hostname': flat(system.hostname ?? name),
    testcase: judged.map(({ result, verdict }) => ({
      '@classname': flat(name),
      '@name': result.check,
      ...outcome(result, verdict, target),
    })),
  };
}

function outcome(result: CheckResult, verdict: Verdict, target: TargetReport): object {
  const body = bodyOf(result, target);
  const message = flat(reasonOf(result));
  switch (verdict) {
    case 'passed':
      return result.reason === undefined ? {} : { 'system-out': flat(result.reason) };
    case 'warned':
      return { 'system-out': body };
    case 'skipped':
      return { skipped: { '@message': message } };
    case 'waived': {
      const reasons = result.findings.filter(isWaived).map(waiverText).join('; ');
      return { skipped: { '@message': flat(`waived: ${reasons}`), '#': body } };
    }
    case 'unknown':
      return { error: { '@message': `could not be judged: ${message}`, '@type': 'unknown', '#': body } };
    case 'failed': {
      const titles = live(result).map(({ title }) => title);
      const said = titles.length > 0 ? flat(titles.join('; ')) : message;
      return { failure: { '@message': said, '@type': result.status, '#': body } };
    }
  }
}

function live({ findings }: CheckResult) {
  return worstFirst(findings.filter((finding) => !isWaived(finding)));
}

function bodyOf(result: CheckResult, target: TargetReport): string {
  const found = live(result).flatMap((finding) => [
    `${finding.status.toUpperCase()} ${flat(finding.title)}`,
    ...accountOf(finding, target).map((line) => `  ${line}`),
  ]);
  const waived = result.findings
    .filter(isWaived)
    .map((finding) => flat(`waived: ${finding.title}: ${waiverText(finding)}`));
  const unseen =
    result.reason === undefined || result.status === 'ok' || result.status === 'skipped'
      ? []
      : [`not all could be seen: ${flat(result.reason)}`];
  return [...found, ...unseen, ...waived].join('\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
