import type { CheckDocumentation } from '../../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `In a configuration that has waivers, and on a host for which your settings have some: a waiver that has
expired, that no longer has anything to waive, or that is not valid (no reason, no such check or machine, not a date).`,
  fix: `Remove it, or rewrite it: \`# hsdoctor: ignore CHECK until 2027-01-01: why\`.`,
  notReported: `A waiver of a check that could not read everything or was not run, and a waiver in your own settings for
another host.`,
};
