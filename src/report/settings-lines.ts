import type { TargetReport } from '../model/report.ts';

/** `Set by hsdoctor.toml:3: check.skip = ml-oom`, `Checked again (--last): ml-oom`: what is not as it would be without that. */
export function settingsLines({ settings = [] }: Pick<TargetReport, 'settings'>): string[] {
  return settings.map(({ key, value, by }) =>
    by === '--last' ? `Checked again (--last): ${value}` : `Set by ${by}: ${key} = ${value}`,
  );
}
