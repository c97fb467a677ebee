import type { Unread } from '../define.ts';

/**
 * The reason, where a source is missing because its program is not installed. The engine takes what is not installed
 * for something that cannot hide a fault; a check of which that is not true says so with this.
 */
export function missing(unread: readonly Unread[], probe: string): string[] {
  return unread
    .filter(({ probe: id, outcome }) => id === probe && ['not-installed', 'not-applicable'].includes(outcome))
    .map(({ reads, reason }) => `${reads}: ${reason}`);
}
