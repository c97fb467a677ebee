/** Below the home, where no setting names another one. */
export const PUSHOVER_FILE = '.config/pushover/immich';
