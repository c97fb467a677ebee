import type { TargetReport } from '../model/report.ts';
import { entryOf } from '../text/entry.ts';

const CONFIGURATIONS: Readonly<Record<string, string>> = {
  nixos: 'NixOS',
  darwin: 'nix-darwin',
  home: 'home-manager',
};

/** As people write it; a host says so itself. */
export const osName = ({ kind, system: { os } }: Pick<TargetReport, 'kind' | 'system'>): string =>
  kind === 'source' ? (entryOf(CONFIGURATIONS, os) ?? os) : os;
