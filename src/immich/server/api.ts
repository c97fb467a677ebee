/** Everything that the server is asked for, beside the sending of files. */
export * from './about.ts';
export * from './albums.ts';
export * from './assets.ts';
