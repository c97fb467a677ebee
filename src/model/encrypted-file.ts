/** What stands where a file that age encrypted is to be: git, or who wrote it, left something else there. */
export const IN_PLACE_OF_ENCRYPTED = ['empty', 'git-lfs', 'git-annex', 'git-crypt', 'other'] as const;
export type InPlaceOfEncrypted = (typeof IN_PLACE_OF_ENCRYPTED)[number];
