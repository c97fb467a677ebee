import type { CheckDocumentation } from '../../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Only in a configuration that has waivers: one that has expired, that has nothing to waive any more, or
that is not understood (no reason, no such check, no day of the calendar).`,
  fix: `Take it out, or write it anew: \`# hsdoctor: ignore CHECK until 2027-01-01: why\`.`,
  notReported: `A waiver of a check that could not see everything, or that was not asked for; one in the settings file for
another host.`,
};
