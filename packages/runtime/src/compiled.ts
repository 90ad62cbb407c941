// Whether this process is the executable that `npm run build` makes, or runs from sources.

/** A compiled executable has its sources in a file system of its own. */
export const isCompiled: boolean = /^(\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/.test(Bun.main);
