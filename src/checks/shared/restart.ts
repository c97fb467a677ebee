import { quote } from '../../text/shell.ts';

/** The command that starts these units again; without the reset systemd may refuse, after too many failures just before. */
export function restartCommand(units: readonly string[]): string {
  const words = units.map(quote).join(' ');
  return `sudo systemctl reset-failed ${words}; sudo systemctl restart ${words}`;
}
