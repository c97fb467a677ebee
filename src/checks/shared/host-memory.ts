import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';

/** What helps a host that has too little memory. */
export const lessOnHost = (): Step[] => [
  run(['podman', 'stats', '--no-stream'], {
    root: true,
    why: 'Show how much memory each container uses.',
  }),
  run(['systemd-cgtop', '--order=memory', '--iterations=1'], {
    why: 'Show how much memory each service uses.',
  }),
  byHand(
    'Set a memory limit for the largest of them, or add memory to the host. For a container, add --memory=… to its extraOptions; for another service, set MemoryMax in its serviceConfig.',
  ),
];
